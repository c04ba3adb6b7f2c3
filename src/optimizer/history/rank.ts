import { constraintsOf, type Metric, objectivesOf, violationOf } from '../../domain/metric.ts'
import { dominates, lexicographic, type Values } from '../../math/hypervolume.ts'
import { quantile } from '../../math/stats.ts'

/** What one trial came to: its objectives, smaller is better, and by how much each outcome constraint is broken. */
export interface Outcome {
  readonly objectives: Values
  /** 0 where a constraint holds, in units of the metric. */
  readonly violations: Values
}

/** Whether trials compare by their objective, there being nothing else. */
export function hasOneScore(metrics: readonly Metric[]): boolean {
  return constraintsOf(metrics).length === 0 && objectivesOf(metrics).length === 1
}

/**
 * What trials of a study compare by, smaller is better: the objective where there is nothing else, or the place in the
 * order of `rankOutcomes`.
 *
 * @param measured objectives, smaller is better, and the metrics that are bounded, in the order of `constraintsOf`.
 */
export function scoresOf(
  metrics: readonly Metric[],
  measured: readonly { readonly objectives: Values; readonly bounded: Values }[],
): number[] {
  if (hasOneScore(metrics)) return measured.map(({ objectives }) => objectives[0]!)
  const bounds = constraintsOf(metrics)
  return rankOutcomes(
    measured.map(({ objectives, bounded }) => ({
      objectives,
      violations: bounds.map((bound, k) => violationOf(bound, bounded[k])),
    })),
  )
}

/**
 * The place of each outcome in a total order, 0 being the best: what keeps to all constraints before what does not,
 * fronts one after the other, lonely points of a front before crowded ones (Deb, Pratap, Agarwal and Meyarivan, "A
 * fast and elitist multiobjective genetic algorithm: NSGA-II", IEEE TEC 6, 2002); outside of the constraints, the less
 * they are broken the better. Equal ones by their order here.
 */
export function rankOutcomes(outcomes: readonly Outcome[]): number[] {
  const all = outcomes.map((_, i) => i)
  const amounts = totalViolations(outcomes)
  const feasible = all.filter((i) => amounts[i] === 0)
  const others = all.filter((i) => amounts[i] !== 0).sort((a, b) => amounts[a]! - amounts[b]!)
  const ordered = [...orderFronts(feasible, outcomes), ...others]
  const places = outcomes.map(() => 0)
  ordered.forEach((i, place) => {
    places[i] = place
  })
  return places
}

/** Sums of violations, each in units of the usual one, so that metrics of any unit weigh alike. */
function totalViolations(outcomes: readonly Outcome[]): number[] {
  const count = outcomes[0]?.violations.length ?? 0
  const usual = Array.from({ length: count }, (_, k) =>
    medianOfBroken(outcomes.map(({ violations }) => violations[k]!)),
  )
  return outcomes.map(({ violations }) =>
    violations.reduce((sum, amount, k) => sum + (amount === 0 ? 0 : amount / usual[k]!), 0),
  )
}

/** Not the largest: one of 1e12 would make all others nothing. */
function medianOfBroken(violations: readonly number[]): number {
  const broken = Float64Array.from(
    violations.filter((amount) => amount > 0 && Number.isFinite(amount)),
  ).sort()
  return broken.length > 0 ? quantile(broken, 0.5) : 1
}

function orderFronts(indices: readonly number[], outcomes: readonly Outcome[]): number[] {
  const points = indices.map((i) => outcomes[i]!.objectives)
  return nonDominatedFronts(points).flatMap((front) => {
    const crowding = crowdingDistances(front.map((k) => points[k]!))
    const lonelyFirst = front.map((_, at) => at).sort((a, b) => compare(crowding[b]!, crowding[a]!))
    return lonelyFirst.map((at) => indices[front[at]!]!)
  })
}

// The difference of two infinities is no order.
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b
}

/**
 * Indices of the points by front: the first that none dominates, the next when those are gone, and so on. Each front
 * ascending. Sorted first, so that a point need only be held against those before it, and searched by halves, for who is
 * dominated in a front is so in all before (Zhang, Tian, Cheng and Jin, "An efficient approach to nondominated sorting",
 * IEEE TEC 19, 2015, ENS-BS).
 */
export function nonDominatedFronts(points: readonly Values[]): number[][] {
  const order = points.map((_, i) => i).sort((a, b) => lexicographic(points[a]!, points[b]!) || a - b)
  const fronts: number[][] = []
  for (const i of order) {
    const at = firstWithout(fronts, (other) => dominates(points[other]!, points[i]!))
    if (at < fronts.length) fronts[at]!.push(i)
    else fronts.push([i])
  }
  return fronts.map((front) => front.sort((a, b) => a - b))
}

/** The first front none of whose members is such; fronts that have some come before those that have none. */
function firstWithout(fronts: readonly number[][], isSuch: (member: number) => boolean): number {
  let [low, high] = [0, fronts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    // Who dominates a point was most likely put down last.
    if (fronts[middle]!.findLast(isSuch) === undefined) high = middle
    else low = middle + 1
  }
  return low
}

/** How far the neighbours of each point of a front are apart, in units of the front's ranges; Infinity at its ends. */
export function crowdingDistances(front: readonly Values[]): number[] {
  const distances = front.map(() => 0)
  const order = front.map((_, i) => i)
  for (let k = 0; k < (front[0]?.length ?? 0); k++) {
    order.sort((a, b) => front[a]![k]! - front[b]![k]! || a - b)
    const range = front[order.at(-1)!]![k]! - front[order[0]!]![k]!
    order.forEach((i, at) => {
      if (at === 0 || at === order.length - 1) distances[i] = Number.POSITIVE_INFINITY
      else if (range > 0) distances[i]! += (front[order[at + 1]!]![k]! - front[order[at - 1]!]![k]!) / range
    })
  }
  return distances
}
