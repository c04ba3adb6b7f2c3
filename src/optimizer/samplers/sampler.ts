import type { SamplerSpec } from '../../domain/study.ts'
import type { Rationale } from '../../domain/trial.ts'
import type { LinearAlgebra } from '../../math/linear-algebra.ts'
import type { Random } from '../../math/random.ts'
import type { History } from '../history/history.ts'
import type { Numerics } from '../numerics.ts'
import type { EncodedSpace, Point } from '../space/encode.ts'

export interface SamplerInput {
  readonly encoded: EncodedSpace
  readonly history: History
  /** Number that the proposed trial will have. */
  readonly index: number
  /** The sampler that the study names, with its options. */
  readonly spec: SamplerSpec
  /** `trials` is Infinity in a study without an end. */
  readonly limits: { readonly trials: number; readonly parallel: number }
  /** The study's stream: fork it by purpose, and by `index` where each proposal draws anew. */
  readonly random: Random
  readonly numerics: Numerics
}

export interface SamplerAnswer {
  readonly point: Point
  readonly phase: 'startup' | 'model'
  /** Who chose the point, where a sampler asked another one. */
  readonly sampler: { readonly name: string; readonly version: number }
  /** Where a model chose; its `mean` is smaller where better. */
  readonly rationale?: Rationale
  /** Whose rounding is in the point, where algebra had a part in it. */
  readonly algebra?: LinearAlgebra['name']
}

/** A pure function of its input: the same input gives the same point, to the last bit. */
export interface Sampler {
  readonly name: string
  /** Goes up with every change that alters a proposal. */
  readonly version: number
  /** Whether its proposals take microseconds: they depend on no result. */
  readonly isModelFree?: true
  /** Whether it searches wide ranges by their logarithm, whatever their scale: see wide-ranges.ts. */
  readonly takesLogarithms?: true
  /**
   * A feasible point that no trial has; undefined when there is none left. One that a trial has only where the study says
   * that results are noisy.
   */
  readonly propose: (input: SamplerInput) => SamplerAnswer | undefined
}
