import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Seconds of one training by peer, then workload, on another machine; `limit` is what that machine could do. */
export interface RecordedPeers {
  readonly seconds: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly limit: Readonly<Record<string, number>>
}

/** From beside the workloads; nothing when they are not there. */
export function readPeers(given: string): RecordedPeers {
  const path = join(dirname(given), 'peers.json')
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { seconds: {}, limit: {} }
}

export interface TorchFigures {
  readonly seconds: number
  readonly loss: number
  readonly accuracy: number
}

/** The first python that imports these modules: the one on the path, or the distribution's own. */
export function pythonWith(modules: string): string | undefined {
  const imports = (python: string) =>
    spawnSync(python, ['-c', `import ${modules}`], { stdio: 'ignore' }).status === 0
  return ['python3', '/usr/bin/python3'].find(imports)
}

/** PyTorch as installed for python3, by the script beside the workloads. */
export class Torch {
  /** Undefined when it can run; otherwise why it cannot. */
  readonly absence: string | undefined
  readonly #script: string
  readonly #python = pythonWith('torch, numpy')

  constructor(given: string) {
    this.#script = join(dirname(given), 'peers', 'torch_run.py')
    if (!existsSync(this.#script)) this.absence = `there is no ${this.#script}`
    else if (!this.#python) this.absence = 'no python3 has torch: install python3-torch and python3-numpy'
  }

  /** CPU seconds of one training in eager mode, one thread, with the processor's own BLAS kernels. */
  run(path: string, workload: string, seed: number): TorchFigures {
    const { OPENBLAS_CORETYPE: _core, OPENBLAS_L2_SIZE: _cache, ...env } = process.env
    const words = [this.#script, path, workload, String(seed), 'eager']
    const { status, stdout, stderr } = spawnSync(this.#python!, words, {
      encoding: 'utf8',
      env: { ...env, OPENBLAS_NUM_THREADS: '1' },
    })
    if (status !== 0) throw new Error(`PyTorch could not train ${workload}: ${stderr.trim()}`)
    const { cpu_seconds, loss, accuracy, test_accuracy } = JSON.parse(stdout)
    return { seconds: cpu_seconds, loss, accuracy: test_accuracy ?? accuracy }
  }
}
