import { minimizeInBox } from '../../math/lbfgs.ts'
import { SobolSequence } from '../../math/sobol.ts'
import { activity, type EncodedSpace, featuresOf, fromUnitCube, isFeasible, type Point } from '../encode.ts'
import { enumerate } from '../enumerate.ts'
import { mutate } from '../mutate.ts'
import { improveDiscrete, SHORT_LATTICE } from './improve-discrete.ts'
import { type MaximizeInput, type Scored, score, scoreAll } from './score.ts'

// Spaces that are cheaper to look through than to search.
const MAX_ENUMERATED = 4096

/** The best new feasible point found; undefined when none was. */
export function maximizeAcquisition(input: MaximizeInput): Point | undefined {
  const { encoded, isNew, effort } = input
  if (encoded.size <= MAX_ENUMERATED) return bestOfAll(input)
  const candidates = scoreCandidates(input)
  const refined = chooseStarts(encoded, candidates, effort.starts).map((start) => refine(input, start))
  const ranked = [...refined, ...candidates].sort((a, b) => b.value - a.value)
  return ranked.find(({ point }) => isNew(point))?.point
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

/** Best first: two thirds spread evenly over the space, one third around the anchors. */
function scoreCandidates(input: MaximizeInput): Scored[] {
  const points = [...spreadPoints(input), ...nearPoints(input), ...input.anchors]
  return scoreAll(input, points).sort((a, b) => b.value - a.value)
}

function spreadPoints({ encoded, random, effort }: MaximizeInput): Point[] {
  const sequence = SobolSequence.scrambled(encoded.free.length, random.fork('spread'))
  const points = Array.from({ length: effort.candidates }, (_, k) => fromUnitCube(encoded, sequence.point(k)))
  return points.filter((point) => isFeasible(encoded, point))
}

function nearPoints({ encoded, anchors, random, effort }: MaximizeInput): Point[] {
  const stream = random.fork('near')
  const points: Point[] = []
  for (let k = 0; k < effort.candidates / 2 && anchors.length > 0; k++) {
    const point = mutate(encoded, stream.pick(anchors), { smallest: 1e-3, largest: 0.3 }, stream)
    if (isFeasible(encoded, point)) points.push(point)
  }
  return points
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

const MAX_ROUNDS = 8
const ROUND_GAIN = 1e-4

/** Continuous and discrete dimensions in turn, until neither gains. */
function refine(input: MaximizeInput, start: Scored): Scored {
  let current = start
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = current.value
    const climbed = climb(input, current)
    current = improveDiscrete(input, climbed, input.random.fork('order', round))
    if (current === climbed || current.value - before < ROUND_GAIN) break
  }
  return current
}

const CLIMB = { maxIterations: 50, valueTolerance: 1e-9, gradientTolerance: 1e-5 }

/**
 * Follows the gradient in the active dimensions that are continuous, or nearly so: a long lattice is left for the
 * climb and rounded to at its end. Works in units of the length scales, in which the function is equally wavy.
 */
function climb(input: MaximizeInput, start: Scored): Scored {
  const { encoded, acquisition, lengthScales } = input
  const axes = climbedAxes(encoded, start.point)
  if (axes.length === 0) return start
  const features = featuresOf(encoded, start.point)
  const all = new Float64Array(features.length)
  const toPoint = (x: Float64Array): Point => {
    const point = start.point.slice()
    axes.forEach(({ index, k }, j) => {
      point[index] = encoded.dimensions[index]!.levelAt(Math.min(Math.max(x[j]! * lengthScales[k]!, 0), 1))
    })
    return point
  }
  const evaluate = (x: Float64Array, gradient: Float64Array): number => {
    // Infinity sends the line search back, so the climb stays feasible.
    if (!isFeasible(encoded, toPoint(x))) return Number.POSITIVE_INFINITY
    axes.forEach(({ k }, j) => {
      features[k] = x[j]! * lengthScales[k]!
    })
    const value = acquisition.evaluateWithGradient(features, all)
    axes.forEach(({ k }, j) => {
      gradient[j] = -all[k]! * lengthScales[k]!
    })
    return -value
  }
  const lower = new Float64Array(axes.length)
  const upper = Float64Array.from(axes, ({ k }) => 1 / lengthScales[k]!)
  const x = Float64Array.from(axes, ({ k }) => features[k]! / lengthScales[k]!)
  const end = score(input, toPoint(minimizeInBox({ evaluate, lower, upper }, x, CLIMB).x))
  return end.value > start.value && isFeasible(encoded, end.point) ? end : start
}

/** Index in the point and in the features of each dimension to climb in. */
function climbedAxes(encoded: EncodedSpace, point: Point): { index: number; k: number }[] {
  const { dimensions, free } = encoded
  const active = activity(encoded, point)
  return free.flatMap((index, k) => {
    const { relaxable, count } = dimensions[index]!
    return active[index] && relaxable && count > SHORT_LATTICE ? [{ index, k }] : []
  })
}
