import type { StudyId } from './ids.ts'
import type { Metric, MetricValues } from './metric.ts'
import type { MlpSettings } from './mlp-settings.ts'
import type { SearchSpace } from './search-space.ts'
import type { WarmStart } from './warm-start.ts'

export type TrainerSpec =
  | { readonly kind: 'mlp'; readonly dataset: string; readonly settings: Partial<MlpSettings> }
  | { readonly kind: 'function'; readonly name: string }
  /** Somebody else trains: trials are asked for, reported on and told over HTTP. */
  | { readonly kind: 'external' }

/** Every name that a study's sampler can have; each has its entry in optimizer/registry.ts. */
export const SAMPLER_KINDS = [
  'auto',
  'random',
  'sobol',
  'gaussian-process',
  'tpe',
  'grid',
  'regularized-evolution',
  'cma-es',
  'nsga-ii',
] as const
export type SamplerKind = (typeof SAMPLER_KINDS)[number]
export const ACQUISITIONS = ['expectedImprovement', 'confidenceBound'] as const
/** What `auto` decides by itself: how a Gaussian process is made, and what a proposal is chosen by. */
export interface GaussianProcessSpec {
  readonly kind: 'gaussian-process'
  /** Trials of an even design before the model; it begins with 3 results at the earliest. */
  readonly initialTrials?: number
  readonly acquisition?: (typeof ACQUISITIONS)[number]
  /** Of the confidence bound: how many standard deviations count in favour of a point. */
  readonly beta?: number
  /** `none` where the same values give the same result. */
  readonly noise?: 'fitted' | 'none'
  /** With few results: averaged over what is likely, or the most probable alone. */
  readonly hyperparameters?: 'sampled' | 'mode'
}
export type SamplerSpec = { readonly kind: Exclude<SamplerKind, 'gaussian-process'> } | GaussianProcessSpec

/** Every way to give trials up early; each but `none` has its entry in optimizer/registry.ts. */
export const PRUNER_KINDS = ['none', 'auto', 'median', 'successive-halving'] as const
export type PrunerKind = (typeof PRUNER_KINDS)[number]
/** Of completed trials: fewer say nothing of where a curve leads. */
export const FEWEST_COMPLETED = 3
interface PrunerOptions {
  /** Step before which no trial is given up; a twenty-seventh of all steps unless given. */
  readonly minSteps?: number
  /** Completed trials before which none is given up, FEWEST_COMPLETED at least; 5 unless given. */
  readonly minTrials?: number
}
export interface AutoPrunerSpec extends PrunerOptions {
  readonly kind: 'auto'
  /** Steps of a whole training. Where it is absent there is no first round: optimizer/pruners/first-round.ts. */
  readonly maxSteps?: number
}
export interface MedianPrunerSpec extends PrunerOptions {
  readonly kind: 'median'
}
export interface SuccessiveHalvingSpec extends PrunerOptions {
  readonly kind: 'successive-halving'
  /** One trial in so many goes on at each rung, and the next rung is so many times as far. */
  readonly reductionFactor?: number
}
export type PrunerSpec = { readonly kind: 'none' } | AutoPrunerSpec | MedianPrunerSpec | SuccessiveHalvingSpec

/** When a study ends by itself, besides its limits. */
export type StoppingSpec =
  | { readonly kind: 'none' }
  /** As soon as the stopping advice is to stop; see optimizer/advise-stopping.ts. */
  | {
      readonly kind: 'advice'
      /** Completed trials before which it goes on in any case. */
      readonly minTrials?: number
      /** What one more trial is worth its cost for, in the objective's unit. */
      readonly minImprovement?: number
    }

export interface Limits {
  /** Trials ever committed to the study; exact. Without it the study goes on for ever. */
  readonly trials?: number
  /** Trials in flight at once; never exceeded. */
  readonly parallel: number
  /** Wall-clock seconds from creation after which the study is stopped. */
  readonly seconds?: number
}

/** What the user asked for, with every default filled in. What may change of it later is `StudyChanges`. */
export interface StudyDefinition {
  readonly name: string
  readonly seed: number
  readonly tags: readonly string[]
  readonly searchSpace: SearchSpace
  /** At least one of them an objective. */
  readonly metrics: readonly Metric[]
  readonly trainer: TrainerSpec
  readonly sampler: SamplerSpec
  readonly pruner: PrunerSpec
  readonly limits: Limits
  /** Its share of the workers, against the other studies' while there are too few; 1 unless given. */
  readonly priority?: number
  /** `none` unless given. */
  readonly stopping?: StoppingSpec
  /** Where earlier studies say to begin. */
  readonly warmStart?: WarmStart
}

export const STUDY_STATES = ['running', 'paused', 'stopping', 'completed', 'failed'] as const
export type StudyState = (typeof STUDY_STATES)[number]

/** Why a study ended or is ending. */
export const END_CODES = [
  'budget-used',
  'stopped',
  'time-limit',
  'exhausted',
  'advised',
  'proposal-failed',
] as const
export type EndCode = (typeof END_CODES)[number]
export interface EndReason {
  readonly code: EndCode
  readonly message: string
}

export interface Study {
  readonly id: StudyId
  readonly definition: StudyDefinition
  readonly state: StudyState
  readonly createdAt: string
  readonly finishedAt?: string
  readonly endReason?: EndReason
  /**
   * Number of the best completed trial so far that keeps to all outcome constraints; the earlier finished one wins a
   * tie. Always undefined in a study of several objectives.
   */
  readonly bestTrial?: number
  /** The winner, trained once more on all but the test rows and measured on those. */
  readonly test?: BestTest
}
export interface BestTest {
  readonly trial: number
  readonly metrics: MetricValues
}

/** What may be changed of a study that is there; what is absent stays. */
export interface StudyChanges {
  readonly name?: string
  readonly tags?: readonly string[]
  /** All of them, those that stay included. */
  readonly limits?: Limits
  /** One in which the trials that are there keep their meaning: check-space-edit.ts. */
  readonly searchSpace?: SearchSpace
}

export type StudyVerb = 'pause' | 'resume' | 'stop'

/** Verb -> the states in which it changes something. In its target state a verb changes nothing and succeeds. */
export const LEGAL_MOVES: Readonly<
  Record<StudyVerb, { from: readonly StudyState[]; already: readonly StudyState[] }>
> = {
  pause: { from: ['running'], already: ['paused'] },
  resume: { from: ['paused'], already: ['running'] },
  stop: { from: ['running', 'paused'], already: ['stopping', 'completed'] },
}

export function isStudyFinished(state: StudyState): boolean {
  return state === 'completed' || state === 'failed'
}
