import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

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
  readonly optimizer: { readonly type: string; readonly lr: number; readonly momentum?: number }
  readonly schedule: { readonly type: string; readonly per?: string }
  readonly dropout: number
  readonly batchnorm: boolean
  readonly train: Part
  readonly test: Part
}
interface Part {
  readonly x: string
  readonly y: string
  readonly rows: number
}

/** Seconds of one training by peer, then workload; see the file's own note on how they were taken. */
export interface Peers {
  readonly seconds: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly limit: Readonly<Record<string, number>>
}

/** @throws Error that says what to give, when the file is not there. */
export function readWorkloads(path: string | undefined): readonly Workload[] {
  if (path === undefined || !existsSync(path)) {
    throw new Error(
      `There is no workloads.json at ${path ?? '(nothing given)'}: give its path with --workloads.`,
    )
  }
  const { workloads } = JSON.parse(readFileSync(path, 'utf8')) as { workloads: readonly Workload[] }
  return workloads
}

/** From beside the workloads; nothing when they are not there. */
export function readPeers(workloadsPath: string): Peers {
  const path = resolve(dirname(workloadsPath), 'peers.json')
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { seconds: {}, limit: {} }
}

/** What the engine cannot express; undefined when it trains the workload, if need be by differences(). */
export function obstacle({ batchnorm, dropout }: Workload): string | undefined {
  if (!batchnorm && dropout === 0) return undefined
  return 'needs batch norm and dropout, which the engine does not have'
}

/** How this training departs from the workload as written. */
export function differences(workload: Workload, folder: string): string[] {
  const notes: string[] = []
  if (workload.task === 'binary') notes.push('two softmax outputs instead of one sigmoid')
  if (workload.optimizer.type === 'adamw') notes.push('Adam without the weight decay')
  if (workload.schedule.per === 'step') notes.push('the rate falls by epoch, not by step')
  if (!hasData(workload, folder))
    notes.push('made-up rows: its data is not there, loss and accuracy mean nothing')
  return notes
}

/** name=value words for the bench program. */
export function wordsFor(workload: Workload, folder: string): string[] {
  const { task, layers, activation, batch, epochs, optimizer, schedule, train, test } = workload
  const widths = task === 'binary' ? [...layers.slice(0, -1), 2] : layers
  const values = {
    task,
    layers: widths.join(','),
    activation,
    batch,
    epochs,
    optimizer: optimizer.type,
    rate: optimizer.lr,
    momentum: optimizer.momentum ?? 0,
    schedule: schedule.type,
    train_rows: train.rows,
    test_rows: test.rows,
    ...(hasData(workload, folder) && {
      train_x: resolve(folder, train.x),
      train_y: resolve(folder, train.y),
      test_x: resolve(folder, test.x),
      test_y: resolve(folder, test.y),
    }),
  }
  return Object.entries(values).map(([name, value]) => `${name}=${value}`)
}

/** Forward, weight gradients and input gradients, 2 flops a multiply-add; the first layer needs no input gradient. */
export function flopsPerRow({ layers }: Workload): number {
  const products = layers.slice(1).map((width, l) => width * layers[l]!)
  return 6 * products.reduce((sum, product) => sum + product, 0) - 2 * products[0]!
}

function hasData({ train, test }: Workload, folder: string): boolean {
  return [train.x, train.y, test.x, test.y].every((name) => existsSync(resolve(folder, name)))
}
