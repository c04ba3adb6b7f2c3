import type { StudyId } from './ids.ts'
import type { MeasuredMetrics, MetricValues } from './metric.ts'
import type { ParameterValues } from './search-space.ts'

/** `pruned`: given up early; `infeasible`: its values make no sense; `canceled`: nobody wants to know any more. */
export const FINISHED_STATES = ['completed', 'pruned', 'failed', 'infeasible', 'canceled'] as const
export type FinishedState = (typeof FINISHED_STATES)[number]
/** `paused`: its worker was told to pause with the study, and keeps it for as long as its lease says. */
export const OPEN_STATES = ['queued', 'running', 'paused'] as const
export type OpenState = (typeof OPEN_STATES)[number]
export type TrialState = OpenState | FinishedState

/** What a model thought of the values that it chose. */
export interface Rationale {
  /** What the objective was expected to come to, in its own unit; absent where there are several. */
  readonly mean?: number
  /** How surely: the standard deviation of that. */
  readonly deviation?: number
  /**
   * What was maximized, on standardized values: ln of the expected improvement, or of the deviation where a proposal only
   * looks around, with that of all other factors.
   */
  readonly acquisition: number
  /**
   * `exploit` where better than the best was expected, `explore` where it was only possible; `confirm` where a trial has
   * these values, and a further run is to say how good they are.
   */
  readonly intent: 'explore' | 'exploit' | 'confirm'
}

/** Which sampler made a trial's parameter values, and from what it knew: enough to make them again. */
export interface ProposalOrigin {
  /**
   * A sampler's registry name; or `warm-start` where an earlier study gave the point, `promotion` where a trial that was
   * given up is to be trained to its end, `enqueued` where the user gave the point, `imported` where the result too.
   */
  readonly sampler: string
  readonly version: number
  readonly phase: 'startup' | 'model' | 'enqueued'
  /** Journal revision that the proposal was computed from. */
  readonly revision: number
  readonly rationale?: Rationale
  /** Of `warm-start`: the earlier study. */
  readonly from?: StudyId
  /** Of `promotion`: number of the trial that was given up. */
  readonly promotedFrom?: number
  /** What who asked for the trial had fixed. */
  readonly fixed?: ParameterValues
  /** Implementation of the linear algebra, where it had a part in the values: another one rounds otherwise. */
  readonly algebra?: 'native' | 'typescript'
}

/** What a sampler answers: the values of one trial to come. */
export interface Proposal {
  readonly params: ParameterValues
  readonly origin: ProposalOrigin
}

/** One measurement while a trial runs. `step` counts from 1 and only grows within an attempt. */
export interface Report {
  readonly step: number
  readonly metrics: MetricValues
}

/** When a trial was given up, and what that was decided by. */
export interface Pruning {
  /** The last step it had reported. */
  readonly step: number
  /** Journal revision up to which other trials were known. */
  readonly revision: number
  /** What its objectives, and metrics that are bounded, would have come to, by the curves of the trials that completed. */
  readonly expected?: Required<MeasuredMetrics>
}

/** What whoever trained wants to be found with the trial, such as where its checkpoint lies. Nothing here goes by it. */
export type Attributes = Readonly<Record<string, string | number | boolean>>

/** How a trial ended; all but `completed` carry a reason. `pruned` may have metrics: what it had come to. */
export interface TrialOutcome {
  readonly state: FinishedState
  readonly metrics?: MetricValues
  /** Of the metrics whose standard error is known. */
  readonly standardErrors?: MetricValues
  readonly reason?: string
  readonly attributes?: Attributes
  /** Of `pruned`, where the study has a pruner. */
  readonly pruning?: Pruning
}

/** What an attempt told when its trial had ended without it. */
export interface LateOutcome extends TrialOutcome {
  readonly attempt: number
  readonly toldAt: string
}

export interface Trial {
  /** Counts from 0 within its study, in the order of commitment. */
  readonly number: number
  readonly state: TrialState
  readonly params: ParameterValues
  readonly origin: ProposalOrigin
  /** Times the trial was started; the fence against a worker that was thought dead. */
  readonly attempt: number
  /** Attempts that ended without a word; see start-trial.lua. */
  readonly crashes: number
  readonly worker?: string
  readonly metrics?: MetricValues
  readonly standardErrors?: MetricValues
  readonly reason?: string
  readonly attributes?: Attributes
  readonly pruning?: Pruning
  /** Further observations of a finished trial, in the order of their coming. They change nothing about how it ended. */
  readonly observations?: readonly LateOutcome[]
  /** Somebody asked that it be given up; its worker hears of it with the answer to its next report. */
  readonly stopRequested?: true
  /** The reports of the current attempt; absent where it was not asked for. */
  readonly curve?: readonly Report[]
  readonly queuedAt: string
  readonly startedAt?: string
  readonly finishedAt?: string
}

export function isTrialFinished(state: TrialState): state is FinishedState {
  return !(OPEN_STATES as readonly TrialState[]).includes(state)
}

/**
 * The seed of a trial's own randomness (initial weights, shuffles): a function of the study's seed and the
 * trial's number, so that it needs no storage. 32 bits, by two rounds of the lowbias32 mixer
 * (C. Wellons, "Prospecting for hash functions", 2018).
 */
export function trialSeed(studySeed: number, number: number): number {
  return mix32((mix32(studySeed >>> 0) ^ (number + 0x9e3779b9)) >>> 0)
}

function mix32(value: number): number {
  let x = value
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}
