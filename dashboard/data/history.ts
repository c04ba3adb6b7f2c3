import { isFeasibleOutcome, type Objective, toMinimized } from '../../src/domain/metric.ts'
import { ownValue } from '../../src/domain/own-value.ts'
import { dominates, lexicographic } from '../../src/math/hypervolume.ts'
import type { StudyView, TrialRow } from './types.ts'

export interface Point {
  readonly number: number
  readonly value: number
}

/** Value of each trial that has completed with one; or of those that ended otherwise, but with one. */
export function valuesOf(
  rows: readonly TrialRow[],
  metric: string,
  ended: TrialRow['state'] = 'completed',
): Point[] {
  return rows.flatMap(({ number, state, metrics }) => {
    const value = ownValue(metrics, metric)
    return state === ended && value !== undefined ? [{ number, value }] : []
  })
}

/** The trials each of which was better than all with a lower number. */
export function bestSoFar(points: readonly Point[], objective: Pick<Objective, 'goal'>): Point[] {
  const best: Point[] = []
  for (const point of points) {
    if (best.length === 0 || toMinimized(objective, point.value) < toMinimized(objective, best.at(-1)!.value))
      best.push(point)
  }
  return best
}

/** Whether a trial has completed and kept to all outcome constraints: only such a one can be best. */
export function isOfUse({ state, metrics }: TrialRow, of: StudyView['metrics']): boolean {
  return state === 'completed' && isFeasibleOutcome(of, metrics ?? {})
}

/** Trials that no other beats in all objectives, the best in the first one first. */
export function paretoOf(rows: readonly TrialRow[], objectives: readonly Objective[]): TrialRow[] {
  const all = rows.flatMap((row) => {
    const values = objectives.map((one) => toMinimized(one, row.metrics?.[one.name] ?? Number.NaN))
    return values.some(Number.isNaN) ? [] : [{ row, values }]
  })
  const front: typeof all = []
  // In this order what beats a trial comes before it.
  for (const one of all.sort((a, b) => lexicographic(a.values, b.values))) {
    if (!front.some(({ values }) => dominates(values, one.values))) front.push(one)
  }
  return front.map(({ row }) => row)
}

/**
 * A range that holds most values: a few terrible ones shall not press all others into a line.
 * @param goal whose good end is never cut; without one, either end may be
 */
export function usefulRange(values: readonly number[], goal?: Objective['goal']): [number, number] {
  if (values.length === 0) return [0, 1]
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!
  const [low, high] = [sorted[0]!, sorted.at(-1)!]
  const spread = at(0.9) - at(0.1)
  if (spread === 0) return low === high ? [low - 0.5, high + 0.5] : [low, high]
  return [
    goal === 'minimize' ? low : Math.max(low, at(0.1) - 1.5 * spread),
    goal === 'maximize' ? high : Math.min(high, at(0.9) + 1.5 * spread),
  ]
}
