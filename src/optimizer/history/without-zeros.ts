import { type Metric, objectivesOf, toAxis } from '../../domain/metric.ts'
import type { Observation } from './history.ts'

/**
 * On a logarithmic scale 0 is further away than all that differs between the others: such a result counts as the nearest
 * of those above 0.
 */
export function withoutZeros(
  observations: readonly Observation[],
  metrics: readonly Metric[],
): readonly Observation[] {
  return objectivesOf(metrics).reduce((seen, objective, k) => {
    if (objective.scale !== 'log') return seen
    const zero = toAxis(objective, 0)
    const places = seen.flatMap(({ measured }) => measured?.objectives[k] ?? [])
    const others = places.filter((place) => place !== zero)
    if (others.length === places.length || others.length === 0) return seen
    const nearest = others.reduce((a, b) => (Math.abs(b - zero) < Math.abs(a - zero) ? b : a))
    return seen.map((one) => (one.measured?.objectives[k] === zero ? placedAt(nearest, k, one) : one))
  }, observations)
}

function placedAt(place: number, k: number, one: Observation): Observation {
  const measured = { ...one.measured!, objectives: one.measured!.objectives.with(k, place) }
  return { ...one, value: measured.objectives[0], measured }
}
