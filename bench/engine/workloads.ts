import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { packagePath } from '../../src/package-path.ts'
import { pythonWith } from './peers.ts'

/** One entry of workloads.json, as far as the engine reads it. */
export interface Workload {
  readonly id: string
  readonly name: string
  readonly task: 'binary' | 'classification' | 'regression'
  readonly rows: number
  readonly layers: readonly number[]
  readonly activation: string
  readonly batch: number
  readonly epochs: number
  readonly optimizer: {
    readonly type: string
    readonly lr: number
    readonly momentum?: number
    readonly weight_decay: number
  }
  readonly schedule: { readonly type: string }
  readonly dropout: number
  readonly batchnorm: boolean
  readonly train: Part
  readonly test: Part
  readonly init: { readonly file: string }
  readonly perm: { readonly file: string; readonly epochs: number }
}
interface Part {
  readonly x: string
  readonly y: string
  readonly rows: number
}

/** A workloads.json beside whose files all workloads can be trained. */
export interface WorkloadSet {
  readonly path: string
  readonly workloads: readonly Workload[]
}

/**
 * The large data sets are not shipped: where they are missing, gen_data.py makes them once, below native/build, and
 * what is shipped is laid over them.
 *
 * @throws Error that says what to give, when the file is not there.
 */
export function readWorkloads(given: string | undefined): WorkloadSet {
  if (given === undefined || !existsSync(given)) {
    throw new Error(
      `There is no workloads.json at ${given ?? '(nothing given)'}: give its path with --workloads.`,
    )
  }
  const shipped = readSet(given)
  if (shipped.workloads.every((workload) => hasData(workload, given))) return shipped
  const made = packagePath('native', 'build', 'workloads')
  const path = join(made, 'workloads.json')
  if (!existsSync(path) && !makeData(dirname(given), made)) return shipped
  return readSet(path)
}

function hasData({ train, test, init, perm }: Workload, path: string): boolean {
  const names = [train.x, train.y, test.x, test.y, init.file, perm.file]
  return names.every((name) => existsSync(resolve(dirname(path), name)))
}

/** What the engine cannot train as written; undefined when it can. */
export function obstacle(workload: Workload, path: string): string | undefined {
  if (!hasData(workload, path))
    return 'has no data here: gen_data.py makes it, with python3-numpy and python3-sklearn'
  return undefined
}

/** name=value words for the bench program. */
export function wordsFor(workload: Workload, path: string): string[] {
  const {
    task,
    layers,
    activation,
    dropout,
    batchnorm,
    batch,
    epochs,
    optimizer,
    schedule,
    train,
    test,
    init,
    perm,
  } = workload
  const file = (name: string) => resolve(dirname(path), name)
  const values = {
    task,
    layers: layers.join(','),
    activation,
    dropout,
    batchnorm,
    batch,
    epochs,
    optimizer: optimizer.type,
    rate: optimizer.lr,
    momentum: optimizer.momentum ?? 0,
    decay: optimizer.weight_decay,
    schedule: schedule.type,
    train_rows: train.rows,
    test_rows: test.rows,
    train_x: file(train.x),
    train_y: file(train.y),
    test_x: file(test.x),
    test_y: file(test.y),
    init: file(init.file),
    perm: file(perm.file),
    perm_epochs: perm.epochs,
  }
  return Object.entries(values).map(([name, value]) => `${name}=${value}`)
}

/** Forward, weight gradients and input gradients, 2 flops a multiply-add; the first layer needs no input gradient. */
export function flopsPerRow({ layers }: Workload): number {
  const products = layers.slice(1).map((width, l) => width * layers[l]!)
  return 6 * products.reduce((sum, product) => sum + product, 0) - 2 * products[0]!
}

function readSet(path: string): WorkloadSet {
  return { path: resolve(path), workloads: JSON.parse(readFileSync(path, 'utf8')).workloads }
}

function makeData(from: string, to: string): boolean {
  const script = join(from, 'gen_data.py')
  const python = pythonWith('numpy, sklearn')
  if (!existsSync(script) || !python) return false
  mkdirSync(join(to, 'data'), { recursive: true })
  copyFileSync(script, join(to, 'gen_data.py'))
  console.error('Making the large data sets; that takes a minute, once.')
  const { status } = spawnSync(python, [join(to, 'gen_data.py')], {
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  if (status !== 0) return false
  cpSync(join(from, 'data'), join(to, 'data'), { recursive: true })
  return true
}
