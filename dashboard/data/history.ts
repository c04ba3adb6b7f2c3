import { isFeasibleOutcome } from '../../src/domain/metric.ts'
import type { Objective, StudyView, TrialRow } from './types.ts'

export interface Point {
  readonly number: number
  readonly value: number
}

/** Value of each trial that has completed with one. */
export function valuesOf(rows: readonly TrialRow[], metric: string): Point[] {
  return rows.flatMap(({ number, state, metrics }) => {
    const value = metrics?.[metric]
    return state === 'completed' && value !== undefined ? [{ number, value }] : []
  })
}

export function isBetter(a: number, b: number, { goal }: Pick<Objective, 'goal'>): boolean {
  return goal === 'minimize' ? a < b : a > b
}

/** The trials each of which was better than all with a lower number. */
export function bestSoFar(points: readonly Point[], objective: Pick<Objective, 'goal'>): Point[] {
  const best: Point[] = []
  for (const point of points) {
    if (best.length === 0 || isBetter(point.value, best.at(-1)!.value, objective)) best.push(point)
  }
  return best
}

/** Whether a trial has completed and kept to all outcome constraints: only such a one can be best. */
export function isOfUse({ state, metrics }: TrialRow, of: StudyView['metrics']): boolean {
  return state === 'completed' && isFeasibleOutcome(of, metrics ?? {})
}

/** Trials that no other beats in both objectives, by the first. */
export function paretoOf(
  rows: readonly TrialRow[],
  [a, b]: readonly [Objective, Objective],
): { readonly number: number; readonly x: number; readonly y: number }[] {
  const points = rows.flatMap(({ number, state, metrics }) => {
    const [x, y] = [metrics?.[a.name], metrics?.[b.name]]
    return state === 'completed' && x !== undefined && y !== undefined ? [{ number, x, y }] : []
  })
  const worse = (p: number, q: number, objective: Objective) =>
    isBetter(p, q, objective) ? -1 : Number(p !== q)
  points.sort((p, q) => worse(p.x, q.x, a) || worse(p.y, q.y, b))
  let best: number | undefined
  return points.filter(({ y }) => {
    const isFront = best === undefined || isBetter(y, best, b)
    if (isFront) best = y
    return isFront
  })
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
