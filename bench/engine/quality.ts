import type { Comparison } from './measure.ts'
import { NOISE, type Spread, spreadOf, standardErrors } from './noise.ts'
import { cells } from './report.ts'

/** One figure over the seeds, beside PyTorch's over the same number of them. */
interface Figure {
  readonly engine: Spread
  /** Absent where PyTorch did not run. */
  readonly torch?: Spread
  /** By which the engine's mean is the higher one. */
  readonly standard_errors?: number
}

export interface Quality {
  readonly workload: string
  /** Of the training rows, after training. */
  readonly loss: Figure
  /** Share of right classes of the test rows, or their R2. */
  readonly accuracy: Figure
  readonly within_noise?: boolean
}

export function judgeQuality({ engine, torch }: Comparison): Quality {
  const loss = figure(
    engine.map((one) => one.loss),
    torch.map((one) => one.loss),
  )
  const accuracy = figure(
    engine.map((one) => one.accuracy),
    torch.map((one) => one.accuracy),
  )
  const errors = [loss, accuracy].flatMap(({ standard_errors }) => standard_errors ?? [])
  return {
    workload: engine[0]!.workload,
    loss,
    accuracy,
    ...(errors.length > 0 && { within_noise: errors.every((error) => Math.abs(error) <= NOISE) }),
  }
}

function figure(ours: readonly number[], theirs: readonly number[]): Figure {
  const engine = spreadOf(ours)
  if (theirs.length === 0) return { engine }
  const torch = spreadOf(theirs)
  return { engine, torch, standard_errors: Number(standardErrors(engine, torch).toPrecision(3)) }
}

export const QUALITY_HEADER = `Means and standard deviations over the seeds; their difference from PyTorch's in standard errors of that difference, noise up to ${NOISE}.

| | seeds | training loss | torch | differs by | test accuracy or R2 | torch | differs by | |
|---|---|---|---|---|---|---|---|---|`

export function qualityRow({ workload, loss, accuracy, within_noise }: Quality): string {
  const columns = ({ engine, torch, standard_errors }: Figure) => [
    text(engine),
    torch ? text(torch) : '–',
    standard_errors === undefined ? '–' : standard_errors.toFixed(1),
  ]
  const verdict = within_noise === undefined ? 'no PyTorch here' : within_noise ? 'within' : '**beyond**'
  return cells([workload, String(loss.engine.seeds), ...columns(loss), ...columns(accuracy), verdict])
}

function text({ mean, deviation }: Spread): string {
  return `${mean.toPrecision(3)} ± ${deviation.toPrecision(2)}`
}
