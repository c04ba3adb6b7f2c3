import { arraySource, dot } from './linalg.ts'

/**
 * Minimization in a box by projected L-BFGS: two-loop recursion (Nocedal and Wright 2006, algorithm 7.4) on the
 * coordinates that are free, and a backtracking search along the projected path (Bertsekas 1982).
 */
export interface Box {
  readonly lower: Float64Array
  readonly upper: Float64Array
}

export interface LbfgsProblem extends Box {
  /**
   * The value at x, with its gradient written to `gradient`. Infinity or NaN means "not here": the search steps
   * back, so a feasible start never leaves the feasible region.
   */
  readonly evaluate: (x: Float64Array, gradient: Float64Array) => number
}

/** What several minimizations want to know at a time: the same as `evaluate`, for each in turn. */
export type EvaluateTogether = (
  questions: readonly { readonly run: number; readonly x: Float64Array; readonly gradient: Float64Array }[],
) => ArrayLike<number>

export interface LbfgsOptions {
  readonly maxIterations: number
  /** Stops when one iteration improves the value by less than this times max(1, |value|). */
  readonly valueTolerance: number
  /** Stops when no coordinate of the projected gradient is larger. */
  readonly gradientTolerance: number
}

export interface LbfgsResult {
  readonly x: Float64Array
  readonly value: number
  readonly status: 'converged' | 'iteration-limit' | 'no-progress'
  readonly iterations: number
}

const HISTORY = 8
const SUFFICIENT_DECREASE = 1e-4
const MAX_HALVINGS = 25

interface Point {
  readonly x: Float64Array
  readonly value: number
  readonly gradient: Float64Array
}
interface Pair {
  readonly s: Float64Array
  readonly y: Float64Array
  readonly rho: number
}

/** @param start moved into the box first. */
export function minimizeInBox(
  problem: LbfgsProblem,
  start: Float64Array,
  options: LbfgsOptions,
): LbfgsResult {
  const evaluate: EvaluateTogether = ([question]) => [problem.evaluate(question!.x, question!.gradient)]
  return minimizeTogether([{ box: problem, start }], options, evaluate)[0]!
}

/** Several minimizations side by side, each as if alone: where one evaluation of many points is cheaper than many of one. */
export function minimizeTogether(
  runs: readonly { readonly box: Box; readonly start: Float64Array }[],
  options: LbfgsOptions,
  evaluate: EvaluateTogether,
): LbfgsResult[] {
  const sources = runs.map(({ start }) => arraySource(start.length))
  const searches = runs.map(({ box, start }, run) => minimization(box, start, options, sources[run]!))
  const states = searches.map((search) => search.next())
  for (;;) {
    const questions = states.flatMap(({ done, value }, run) =>
      done ? [] : [{ run, x: value, gradient: sources[run]!() }],
    )
    if (questions.length === 0) return states.map(({ value }) => value as LbfgsResult)
    const values = evaluate(questions)
    questions.forEach(({ run, x, gradient }, k) => {
      states[run] = searches[run]!.next({ x, value: values[k]!, gradient })
    })
  }
}

/** Yields where it wants to know the value, and is told. */
type Search<Result> = Generator<Float64Array, Result, Point>

/** A new array of zeros, as long as x. */
type Zeros = () => Float64Array

function* minimization(
  box: Box,
  start: Float64Array,
  options: LbfgsOptions,
  zeros: Zeros,
): Search<LbfgsResult> {
  let point = yield project(box, start, 0, start, zeros())
  const pairs: Pair[] = []
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    const free = freeCoordinates(box, point)
    if (largestFree(point.gradient, free) <= options.gradientTolerance) {
      return { x: point.x, value: point.value, status: 'converged', iterations: iteration }
    }
    const next = yield* step(box, point, pairs, free, zeros)
    if (!next) return { x: point.x, value: point.value, status: 'no-progress', iterations: iteration }
    const gain = point.value - next.value
    remember(pairs, point, next, zeros)
    point = next
    if (gain <= options.valueTolerance * Math.max(1, Math.abs(point.value))) {
      return { x: point.x, value: point.value, status: 'converged', iterations: iteration + 1 }
    }
  }
  return { x: point.x, value: point.value, status: 'iteration-limit', iterations: options.maxIterations }
}

function* step(
  box: Box,
  point: Point,
  pairs: Pair[],
  free: Uint8Array,
  zeros: Zeros,
): Search<Point | undefined> {
  const direction = descentDirection(point.gradient, pairs, free, zeros)
  const next = yield* search(box, point, direction, firstScale(direction, pairs), zeros)
  if (next || pairs.length === 0) return next
  // The model of the curvature misled: forget it and try the plain gradient once.
  pairs.length = 0
  const steepest = downhill(point.gradient, free, zeros())
  return yield* search(box, point, steepest, firstScale(steepest, pairs), zeros)
}

/** Without curvature the gradient's length says nothing about distance: begin with a step of length at most 1. */
function firstScale(direction: Float64Array, pairs: readonly Pair[]): number {
  return pairs.length > 0 ? 1 : 1 / Math.max(1, Math.sqrt(dot(direction, direction)))
}

function* search(
  box: Box,
  point: Point,
  direction: Float64Array,
  firstStep: number,
  zeros: Zeros,
): Search<Point | undefined> {
  let scale = firstStep
  for (let halving = 0; halving < MAX_HALVINGS; halving++) {
    const x = project(box, point.x, scale, direction, zeros())
    let predicted = 0
    for (let i = 0; i < x.length; i++) predicted += point.gradient[i]! * (x[i]! - point.x[i]!)
    if (predicted < 0) {
      const next = yield x
      if (next.value <= point.value + SUFFICIENT_DECREASE * predicted) return next
    }
    scale /= 2
  }
  return undefined
}

function descentDirection(
  gradient: Float64Array,
  pairs: readonly Pair[],
  free: Uint8Array,
  zeros: Zeros,
): Float64Array {
  const q = zeros()
  for (let i = 0; i < q.length; i++) q[i] = free[i] ? gradient[i]! : 0
  const weights: number[] = []
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { s, y, rho } = pairs[k]!
    const weight = rho * dot(s, q)
    weights[k] = weight
    for (let i = 0; i < q.length; i++) q[i]! -= weight * y[i]!
  }
  const last = pairs.at(-1)
  const scale = last ? 1 / (last.rho * dot(last.y, last.y)) : 1
  for (let i = 0; i < q.length; i++) q[i]! *= scale
  for (let k = 0; k < pairs.length; k++) {
    const { s, y, rho } = pairs[k]!
    const correction = weights[k]! - rho * dot(y, q)
    for (let i = 0; i < q.length; i++) q[i]! += correction * s[i]!
  }
  const direction = downhill(q, free, q)
  return dot(direction, gradient) < 0 ? direction : downhill(gradient, free, direction)
}

function downhill(gradient: Float64Array, free: Uint8Array, direction: Float64Array): Float64Array {
  for (let i = 0; i < direction.length; i++) direction[i] = free[i] ? -gradient[i]! : 0
  return direction
}

function remember(pairs: Pair[], from: Point, to: Point, zeros: Zeros): void {
  const [s, y] = [zeros(), zeros()]
  for (let i = 0; i < s.length; i++) {
    s[i] = to.x[i]! - from.x[i]!
    y[i] = to.gradient[i]! - from.gradient[i]!
  }
  const curvature = dot(s, y)
  // Without positive curvature the update would not stay positive definite.
  if (!(curvature > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y)))) return
  pairs.push({ s, y, rho: 1 / curvature })
  if (pairs.length > HISTORY) pairs.shift()
}

/** 1 where a coordinate can move downhill without leaving the box. */
function freeCoordinates({ lower, upper }: Box, { x, gradient }: Point): Uint8Array {
  return Uint8Array.from(x, (value, i) => {
    const stuck = (value <= lower[i]! && gradient[i]! > 0) || (value >= upper[i]! && gradient[i]! < 0)
    return stuck ? 0 : 1
  })
}

function largestFree(gradient: Float64Array, free: Uint8Array): number {
  let largest = 0
  for (let i = 0; i < gradient.length; i++) if (free[i]) largest = Math.max(largest, Math.abs(gradient[i]!))
  return largest
}

/** The point of the box that is nearest to x + scale direction. */
function project(
  { lower, upper }: Box,
  x: Float64Array,
  scale: number,
  direction: Float64Array,
  projected: Float64Array,
): Float64Array {
  for (let i = 0; i < projected.length; i++) {
    projected[i] = Math.min(Math.max(x[i]! + scale * direction[i]!, lower[i]!), upper[i]!)
  }
  return projected
}
