import type { LbfgsOptions } from '../../math/lbfgs.ts'
import { arraysOf } from '../../math/linalg.ts'
import { SobolSequence } from '../../math/sobol.ts'
import { type EncodedSpace, fromUnitCube, type Point } from '../space/encode.ts'
import { enumerate } from '../space/enumerate.ts'
import { featuresOf } from '../space/features.ts'
import { mutate } from '../space/mutate.ts'
import { feasibleOf } from '../space/repair.ts'
import type { Acquisition } from './acquisition.ts'
import { climbAll } from './climb.ts'
import { DiscreteSearch } from './discrete-search.ts'
import { isAdmitted, type MaximizeInput, type Scored, scoreAll } from './score.ts'
import { drawWithin } from './trust-region.ts'

// Spaces that are cheaper to look through than to search.
const MAX_ENUMERATED = 4096

/** The best new feasible point found; undefined when none was. */
export function maximizeAcquisition(input: MaximizeInput): Point | undefined {
  const { encoded, effort } = input
  if (encoded.size <= MAX_ENUMERATED) return bestOfAll(input)
  const candidates = scoreCandidates(input)
  const search = new DiscreteSearch(input)
  const affordable = Math.max(Math.floor(effort.looks / (search.neighbours * encoded.free.length)), 1)
  const starts = chooseStarts(encoded, candidates, Math.min(effort.starts, affordable))
  const refined = bestFirst(refineAll(input, search, starts, ROUGHLY))
  const polished = refineAll(input, search, refined.slice(0, 1), EXACTLY)
  const tops = bestFirst([...polished, ...refined])
  return firstNew(input, tops, candidates)?.point
}

/** Of two lists, in either the best first; of equal ones that of the first list. */
function firstNew(
  { isNew }: Pick<MaximizeInput, 'isNew'>,
  tops: readonly Scored[],
  candidates: readonly Scored[],
): Scored | undefined {
  let next = 0
  for (const top of tops) {
    for (; next < candidates.length && candidates[next]!.value > top.value; next++) {
      if (isNew(candidates[next]!.point)) return candidates[next]
    }
    if (isNew(top.point)) return top
  }
  return candidates.slice(next).find(({ point }) => isNew(point))
}

function bestOfAll(input: MaximizeInput): Point | undefined {
  const points: Point[] = []
  enumerate(input.encoded, Number.POSITIVE_INFINITY, (point) => {
    if (input.isNew(point)) points.push(point)
  })
  let best: Scored | undefined
  for (const scored of scoreAll(input, points)) if (!best || scored.value > best.value) best = scored
  return best?.point
}

// Of so many candidates the best is among these.
const SHORTLIST = 256

// What a search at least begins from, however few of the points drawn keep to the constraints.
const FEWEST = 64

/** Best first: two thirds spread evenly over the space, one third around the anchors. */
function scoreCandidates(input: MaximizeInput): Scored[] {
  const drawn = [...spreadPoints(input), ...nearPoints(input), ...input.anchors]
  const feasible = feasibleOf(input.encoded, drawn, FEWEST, input.random.fork('feasible'))
  const points = feasible.filter((point) => isAdmitted(input, point))
  return bestFirst(scoreAll(input, input.screen ? shortlist(input, input.screen, points) : points))
}

function shortlist({ encoded }: MaximizeInput, screen: Acquisition, points: readonly Point[]): Point[] {
  const screened = scoreAll({ encoded, acquisition: screen }, points)
  // Numbers alone sort much faster: what is below the last of the list needs no place.
  const ascending = Float64Array.from(screened, ({ value }) => value).sort()
  const last = ascending[Math.max(ascending.length - SHORTLIST, 0)]!
  const best = bestFirst(screened.filter(({ value }) => !(value < last)))
  return best.slice(0, SHORTLIST).map(({ point }) => point)
}

function bestFirst(scored: readonly Scored[]): Scored[] {
  return [...scored].sort((a, b) => b.value - a.value)
}

function spreadPoints({ encoded, random, effort, region }: MaximizeInput): Point[] {
  const sequence = SobolSequence.scrambled(encoded.free.length, random.fork('spread'))
  const stream = random.fork('region')
  const points = arraysOf(effort.candidates, encoded.dimensions.length)
  return sequence.mapFirst(effort.candidates, (unit, k) =>
    region ? drawWithin(encoded, region, unit, stream) : fromUnitCube(encoded, unit, points[k]),
  )
}

const NEARBY = { smallest: 1e-3, largest: 0.3 }

function nearPoints({ encoded, anchors, random, effort }: MaximizeInput): Point[] {
  const stream = random.fork('near')
  const count = anchors.length > 0 ? Math.ceil(effort.candidates / 2) : 0
  const points = arraysOf(count, encoded.dimensions.length)
  return points.map((point) => mutate(encoded, stream.pick(anchors), NEARBY, stream, point))
}

/** The best candidates that are not next to a better one. */
function chooseStarts(encoded: EncodedSpace, ranked: readonly Scored[], count: number): Scored[] {
  const starts: { scored: Scored; features: Float64Array }[] = []
  for (const scored of ranked) {
    if (starts.length >= count) break
    const features = featuresOf(encoded, scored.point)
    if (!starts.some((start) => isNear(start.features, features))) starts.push({ scored, features })
  }
  return starts.map(({ scored }) => scored)
}

const NEAR = 0.02
function isNear(a: Float64Array, b: Float64Array): boolean {
  return a.every((value, i) => Math.abs(value - b[i]!) <= NEAR)
}

// Enough to tell which hill is the highest; only the way up that one is worth going to its end.
const ROUGHLY = { maxIterations: 50, valueTolerance: 1e-5, gradientTolerance: 1e-2 }
const EXACTLY = { maxIterations: 50, valueTolerance: 1e-9, gradientTolerance: 1e-5 }

const MAX_ROUNDS = 8
const ROUND_GAIN = 1e-4

/** Continuous and discrete dimensions in turn, until neither gains. */
function refineAll(
  input: MaximizeInput,
  search: DiscreteSearch,
  starts: readonly Scored[],
  effort: LbfgsOptions,
): Scored[] {
  const current = starts.slice()
  let moving = starts.map((_, k) => k)
  for (let round = 0; round < MAX_ROUNDS && moving.length > 0; round++) {
    const climbed = climbAll(
      input,
      moving.map((k) => current[k]!),
      effort,
    )
    const improved = search.improveAll(climbed, input.random.fork('order', round))
    moving = moving.filter((k, at) => {
      const before = current[k]!.value
      current[k] = improved[at]!
      return improved[at] !== climbed[at] && improved[at]!.value - before >= ROUND_GAIN
    })
  }
  return current
}
