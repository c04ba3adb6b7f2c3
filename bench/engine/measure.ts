import type { Torch, TorchFigures } from './peers.ts'
import { type ProgramFigures, runProgram } from './program.ts'
import { flopsPerRow, type Workload, wordsFor } from './workloads.ts'

/** One training, or the fastest of several. */
export interface Figures {
  readonly workload: string
  readonly seed: number
  /** CPU seconds of one thread. */
  readonly seconds: number
  readonly samples_per_s: number
  /** Of the matrix products alone. */
  readonly gflops: number
  /** Of the training rows, after training. */
  readonly loss: number
  /** Share of right classes of the test rows, or their R2. */
  readonly accuracy: number
  /** Bytes, of a process that does nothing else. */
  readonly peak_rss: number
  readonly kernels: string
  /** FMA peak of the same core just before: other load on the machine lowers both. */
  readonly peak_gflops: number
  /** What the matrix products would take at that peak, and the optimizer's passes over the weights beside them. */
  readonly limit_seconds: number
}

/** Several seeds of one workload, the engine and PyTorch in turn. */
export interface Comparison {
  readonly fastest: Figures
  readonly engine: readonly Figures[]
  readonly torch: readonly TorchFigures[]
}

export interface Settings {
  readonly seed: number
  readonly kernels: string
}

/** @param rounds trainings, the fastest of which counts. */
export function measure(workload: Workload, path: string, settings: Settings, rounds: number): Figures {
  const { seed, kernels } = settings
  const words = [...wordsFor(workload, path), 'mode=train', `seed=${seed}`, `kernels=${kernels}`]
  const { update_seconds, ...figures } = runProgram([...words, `rounds=${rounds}`]) as ProgramFigures
  const samples = workload.rows * workload.epochs
  const gigaflops = (samples * flopsPerRow(workload)) / 1e9
  return {
    workload: workload.id,
    seed,
    ...figures,
    samples_per_s: Math.round(samples / figures.seconds),
    gflops: Number((gigaflops / figures.seconds).toPrecision(4)),
    limit_seconds: Number((gigaflops / figures.peak_gflops + update_seconds).toPrecision(4)),
  }
}

/** A seed a round; in each the engine first or PyTorch first, by turns. */
export function compare(
  workload: Workload,
  path: string,
  settings: Settings,
  rounds: number,
  torch: Torch,
): Comparison {
  const ours: Figures[] = []
  const theirs: TorchFigures[] = []
  for (let round = 0; round < rounds; round++) {
    const seed = settings.seed + round
    const engine = () => ours.push(measure(workload, path, { ...settings, seed }, 2))
    const peer = () => torch.absence === undefined && theirs.push(torch.run(path, workload.id, seed))
    for (const turn of round % 2 === 0 ? [engine, peer] : [peer, engine]) turn()
  }
  const fastest = ours.reduce((a, b) => (b.seconds < a.seconds ? b : a))
  return { fastest, engine: ours, torch: theirs }
}
