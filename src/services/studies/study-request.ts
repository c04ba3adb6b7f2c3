import type { MetricConstraint, Objective, StoredMetric } from '../../domain/metric.ts'
import type { MlpSettings } from '../../domain/mlp-settings.ts'
import type { CategoricalSpec, FloatSpec, IntSpec, OrdinalSpec } from '../../domain/search-space.ts'
import type { PrunerSpec, SamplerSpec, StoppingSpec } from '../../domain/study.ts'

/** A `T` whose keys `K` may be left out. */
type Optional<T, K extends keyof T> = Omit<T, K> & { readonly [key in K]?: T[key] | undefined }

type Common = 'default' | 'when'

export type ParameterRequest =
  | Optional<FloatSpec, 'scale' | 'step' | 'prior' | Common>
  | Optional<IntSpec, 'scale' | 'step' | 'prior' | Common>
  | Optional<OrdinalSpec, 'prior' | Common>
  | Optional<CategoricalSpec, 'prior' | Common>

export interface SearchSpaceRequest {
  readonly parameters: readonly ParameterRequest[]
  readonly constraints?: readonly string[] | undefined
}

export type TrainerRequest =
  | { readonly kind: 'mlp'; readonly dataset: string; readonly settings?: Partial<MlpSettings> | undefined }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'external' }

/** An objective may say that it is one. */
export type MetricRequest =
  | (Optional<Omit<Objective, 'scale'>, 'reference' | 'noisy'> & {
      readonly role?: 'objective' | undefined
      readonly scale?: 'linear' | 'log' | undefined
    })
  | Optional<MetricConstraint, 'min' | 'max'>
  | StoredMetric

/** Ids of the studies to learn from, or whichever there are. */
export type WarmStartRequest = 'auto' | { readonly studies: readonly string[] }

/** A study as a person asks for it: only the trainer is required. */
export interface StudyRequest {
  readonly name?: string | undefined
  readonly seed?: number | undefined
  readonly tags?: readonly string[] | undefined
  readonly searchSpace?: 'default' | SearchSpaceRequest | undefined
  readonly metrics?: readonly MetricRequest[] | undefined
  readonly trainer: TrainerRequest
  readonly sampler?: SamplerSpec | undefined
  readonly pruner?: PrunerSpec | undefined
  readonly limits?:
    | {
        readonly trials?: number | undefined
        readonly parallel?: number | undefined
        readonly seconds?: number | undefined
      }
    | undefined
  readonly priority?: number | undefined
  readonly stopping?: StoppingSpec | undefined
  readonly warmStart?: WarmStartRequest | undefined
  /** To begin when it is resumed. */
  readonly paused?: boolean | undefined
}

type Changes = { readonly [key in keyof StudyRequest]?: StudyRequest[key] | undefined }

/** What shall be otherwise than in the study that is copied. */
export interface CopyRequest extends Changes {
  /** Whether trials that have ended come along. */
  readonly trials?: boolean | undefined
}
