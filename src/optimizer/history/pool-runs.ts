import { mean } from '../../math/stats.ts'
import type { Point } from '../space/encode.ts'
import type { Observation } from './history.ts'

/** Several runs of one point as one observation, their mean, at the place of the first; failures stay as they are. */
export function poolRuns(observations: readonly Observation[]): readonly Observation[] {
  const runs = new Map<string, Observation[]>()
  for (const one of observations) {
    if (one.value === undefined) continue
    const key = keyOnce(one.point)
    const known = runs.get(key)
    if (known) known.push(one)
    else runs.set(key, [one])
  }
  if ([...runs.values()].every((same) => same.length === 1)) return observations
  return observations.flatMap((one) => {
    if (one.value === undefined) return one
    const same = runs.get(keyOnce(one.point))!
    return same[0] === one ? meanOf(same) : []
  })
}

function meanOf(same: readonly Observation[]): Observation {
  const [first] = same
  if (same.length === 1) return first!
  const value = mean(same.map((one) => one.value!))
  const error = Math.sqrt(mean(same.map(({ measured }) => (measured?.errors[0] ?? 0) ** 2)) / same.length)
  const isFeasible = same.every((one) => one.measured?.isFeasible !== false)
  const measured = first!.measured && { ...first!.measured, isFeasible }
  const pooled = { ...first!, value, runs: same.length, ...(measured && { measured }) }
  // Of several objectives the value is none of them.
  if (measured?.objectives.length !== 1) return pooled
  return { ...pooled, measured: { ...measured, objectives: [value], errors: [error] } }
}

const keys = new WeakMap<Point, string>()
/** Remembered by the point: one that was observed never changes. */
function keyOnce(point: Point): string {
  const known = keys.get(point)
  if (known !== undefined) return known
  const key = point.join()
  keys.set(point, key)
  return key
}
