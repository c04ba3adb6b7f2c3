import type { History, Observation } from './history.ts'

// One or two that differ may be anything.
const FEWEST = 3

/**
 * The history as a sampler had better see it: where all results but two at most are the same, and none is better, they say
 * as little of where better ones are as failures do, and count as such. A model of equal values would go from corner to
 * corner, which are the furthest from all that is known.
 */
export function withoutPlateau(history: History): History {
  const { observations, objectives, bounds } = history
  const best = bestOf(observations)
  const isTied = ({ value }: Observation) => value === best
  const ties = observations.filter(isTied).length
  const others = observations.filter(({ value }) => value !== undefined).length - ties
  if (objectives.length > 1 || bounds.length > 0 || ties < FEWEST || others >= FEWEST) return history
  const seen = observations.map((one) => (isTied(one) ? { point: one.point, value: undefined } : one))
  return { ...history, observations: seen }
}

function bestOf(observations: readonly Observation[]): number {
  return observations.reduce((best, { value = best }) => Math.min(best, value), Number.POSITIVE_INFINITY)
}
