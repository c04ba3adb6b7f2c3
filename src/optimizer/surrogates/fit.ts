/**
 * Hyperparameters by maximum a posteriori: theta = ln l_1 .. ln l_d, ln noise, ln signal minimizes -ln of the evidence
 * (math/linear-algebra.ts) and of the priors.
 */
import { minimizeInBox } from '../../math/lbfgs.ts'
import { flatten } from '../../math/linalg.ts'
import type { LinearAlgebra } from '../../math/linear-algebra.ts'
import { Random } from '../../math/random.ts'
import { lengthScalePrior, NOISE_PRIOR, type Prior, SIGNAL_PRIOR } from './priors.ts'

export interface Hyperparameters {
  /** One a dimension, in units of the axis. */
  readonly lengthScales: Float64Array
  readonly noise: number
  readonly signal: number
  readonly additiveShare: number
}

export interface TrainingData {
  /** n rows of d features. */
  readonly rows: readonly Float64Array[]
  /** n standardized values, to be minimized. */
  readonly values: Float64Array
  /** Variance of each value besides the noise that is fitted. */
  readonly noises: Float64Array
  /** Which dimensions hold categories, of which only equality counts. */
  readonly categorical: readonly boolean[]
}

/** Smooth, and sure of the data: what to begin with. */
export function smoothHyperparameters(dimensions: number): Hyperparameters {
  const lengthScales = new Float64Array(dimensions).fill(0.5 * Math.sqrt(dimensions))
  return { lengthScales, noise: 0.01, signal: 1, additiveShare: 0 }
}

const FIT = { maxIterations: 40, valueTolerance: 1e-7, gradientTolerance: 1e-4 }
// The start is near the end already: what is left is to move with the rows that were added.
const REFINE = { maxIterations: 10, valueTolerance: 1e-4, gradientTolerance: 1e-2 }

/** theta of the best of the fits from a smooth start, a rough and a random one; the smooth start where none succeeds. */
export function fitFromSeveral(objective: FitObjective): Float64Array {
  let best = { theta: objective.start(), value: Number.POSITIVE_INFINITY }
  for (const start of objective.starts()) {
    const { x, value } = minimizeInBox(objective, start, FIT)
    if (value < best.value) best = { theta: x, value }
  }
  return best.theta
}

/** theta of a few iterations from one that suited similar data. */
export function refineFit(objective: FitObjective, start: Float64Array): Mode {
  const { x, value } = minimizeInBox(objective, start, REFINE)
  return { objective, theta: x, value }
}

/** Where an objective is lowest, and how low. */
export interface Mode {
  readonly objective: FitObjective
  readonly theta: Float64Array
  readonly value: number
}

/** What a fit minimizes: of these data, under a kernel of which so much is additive. */
export class FitObjective {
  readonly lower: Float64Array
  readonly upper: Float64Array
  readonly additiveShare: number
  readonly #algebra: LinearAlgebra
  readonly #d: number
  readonly #points: Float64Array
  readonly #values: Float64Array
  readonly #extraNoises: Float64Array
  readonly #categorical: Uint8Array
  readonly #priors: readonly Prior[]

  constructor(
    { rows, values, noises, categorical }: TrainingData,
    additiveShare: number,
    algebra: LinearAlgebra,
  ) {
    this.#algebra = algebra
    this.additiveShare = additiveShare
    this.#d = categorical.length
    this.#points = flatten(rows, this.#d)
    this.#values = values
    this.#extraNoises = noises
    this.#categorical = Uint8Array.from(categorical, Number)
    this.#priors = [...categorical.map(() => lengthScalePrior(this.#d)), NOISE_PRIOR, SIGNAL_PRIOR]
    this.lower = Float64Array.from(this.#priors, ({ lower }) => lower)
    this.upper = Float64Array.from(this.#priors, ({ upper }) => upper)
  }

  toHyperparameters(theta: Float64Array): Hyperparameters {
    const d = this.#d
    return {
      lengthScales: theta.subarray(0, d).map(Math.exp),
      noise: Math.exp(theta[d]!),
      signal: Math.exp(theta[d + 1]!),
      additiveShare: this.additiveShare,
    }
  }

  /** A fit from here finds structure before it finds noise. */
  start(): Float64Array {
    const { lengthScales, noise, signal } = smoothHyperparameters(this.#d)
    return Float64Array.of(...lengthScales, noise, signal).map(Math.log)
  }

  /** The random one depends on the number of rows alone, so that a fit is a function of its data. */
  starts(): Float64Array[] {
    const random = Random.fromSeed(this.#values.length).fork('fit')
    const rough = this.start().map((theta, i) => (i < this.#d ? theta - Math.log(4) : theta))
    const drawn = this.start().map((theta, i) => (i < this.#d ? theta + random.normal() - 0.7 : theta))
    return [this.start(), rough, drawn]
  }

  /** @param gradient receives the derivatives, where they are wanted: they are half of the work. */
  readonly evaluate = (theta: Float64Array, gradient?: Float64Array): number => {
    const { noise, ...shape } = this.toHyperparameters(theta)
    const kernel = { categorical: this.#categorical, ...shape }
    const evidence = this.#algebra.evidence(
      { kernel, points: this.#points, values: this.#values, noise, extraNoises: this.#extraNoises },
      gradient,
    )
    return evidence + this.#penalize(theta, gradient)
  }

  #penalize(theta: Float64Array, gradient: Float64Array | undefined): number {
    let penalty = 0
    this.#priors.forEach((prior, i) => {
      penalty += prior.penalty(theta[i]!)
      if (gradient) gradient[i]! += prior.gradient(theta[i]!)
    })
    return penalty
  }
}
