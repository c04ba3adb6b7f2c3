import { dot } from './linalg.ts'

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
  const searches = runs.map(({ box, start }) => minimization(box, start, options))
  const states = searches.map((search) => search.next())
  for (;;) {
    const questions = states.flatMap(({ done, value }, run) =>
      done ? [] : [{ run, x: value, gradient: new Float64Array(value.length) }],
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

function* minimization(box: Box, start: Float64Array, options: LbfgsOptions): Search<LbfgsResult> {
  let point = yield project(box, start)
  const pairs: Pair[] = []
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    const free = freeCoordinates(box, point)
    if (largestFree(point.gradient, free) <= options.gradientTolerance) {
      return { x: point.x, value: point.value, status: 'converged', iterations: iteration }
    }
    const next = yield* step(box, point, pairs, free)
    if (!next) return { x: point.x, value: point.value, status: 'no-progress', iterations: iteration }
    const gain = point.value - next.value
    remember(pairs, point, next)
    point = next
    if (gain <= options.valueTolerance * Math.max(1, Math.abs(point.value))) {
      return { x: point.x, value: point.value, status: 'converged', iterations: iteration + 1 }
    }
  }
  return { x: point.x, value: point.value, status: 'iteration-limit', iterations: options.maxIterations }
}

function* step(box: Box, point: Point, pairs: Pair[], free: Uint8Array): Search<Point | undefined> {
  const direction = descentDirection(point.gradient, pairs, free)
  const next = yield* search(box, point, direction, firstScale(direction, pairs))
  if (next || pairs.length === 0) return next
  // The model of the curvature misled: forget it and try the plain gradient once.
  pairs.length = 0
  const steepest = point.gradient.map((g, i) => (free[i] ? -g : 0))
  return yield* search(box, point, steepest, firstScale(steepest, pairs))
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
): Search<Point | undefined> {
  let scale = firstStep
  for (let halving = 0; halving < MAX_HALVINGS; halving++) {
    const x = project(
      box,
      point.x.map((value, i) => value + scale * direction[i]!),
    )
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

function descentDirection(gradient: Float64Array, pairs: readonly Pair[], free: Uint8Array): Float64Array {
  const q = gradient.map((g, i) => (free[i] ? g : 0))
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
  const direction = q.map((value, i) => (free[i] ? -value : 0))
  return dot(direction, gradient) < 0 ? direction : gradient.map((g, i) => (free[i] ? -g : 0))
}

function remember(pairs: Pair[], from: Point, to: Point): void {
  const s = to.x.map((value, i) => value - from.x[i]!)
  const y = to.gradient.map((value, i) => value - from.gradient[i]!)
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
  return gradient.reduce((largest, g, i) => (free[i] ? Math.max(largest, Math.abs(g)) : largest), 0)
}

function project({ lower, upper }: Box, x: Float64Array): Float64Array {
  return x.map((value, i) => Math.min(Math.max(value, lower[i]!), upper[i]!))
}
