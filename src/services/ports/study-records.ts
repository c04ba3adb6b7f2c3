import type { StudyEvent } from '../../domain/events.ts'
import type { ParameterValues } from '../../domain/search-space.ts'
import type { Study, StudyChanges, StudyDefinition, StudyState } from '../../domain/study.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { Trial, TrialOutcome, TrialState } from '../../domain/trial.ts'

/** How many trials a study has in each state. */
export type TrialCounts = Readonly<Record<TrialState, number>>

export interface StudyRecord {
  readonly study: Study
  readonly counts: TrialCounts
  readonly revision: number
}

/** Where a study stands between what it may do and what it does. */
export interface Places {
  readonly state: StudyState
  /** Places for further trials: min(limits.parallel - in flight, what the budget leaves). 0 unless running. */
  readonly room: number
  /** Enqueued trials without a place in flight. */
  readonly waiting: number
  /** Number the next committed trial will get: the compare-and-set index. */
  readonly nextIndex: number
  readonly revision: number
  /** Whether trials are asked for from outside: then nothing is proposed or started before that. */
  readonly isExternal: boolean
}

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor?: string
}

export interface StudyListQuery {
  readonly state?: StudyState
  readonly tag?: string
  /** Case-insensitive part of the name. */
  readonly q?: string
  /** The newest first unless `createdAt`. */
  readonly sort?: 'createdAt' | '-createdAt'
  readonly limit: number
  readonly cursor?: string
}

export interface TrialListQuery {
  readonly state?: TrialState
  /** Only trials with a number above this one. */
  readonly after?: number
  readonly limit: number
}

/** A trial that its user has chosen. */
export interface KnownTrial {
  readonly params: ParameterValues
  /** Of one that has ended elsewhere: it is finished at once. */
  readonly outcome?: TrialOutcome
}

/** Who asks for trials of an external study, and for how long a silent worker keeps them. */
export interface Asked {
  readonly worker: string
  readonly count: number
  readonly leaseMs: number
}

/** A running trial and until when it is its worker's. */
export interface LeasedTrial {
  readonly trial: Trial
  readonly expiresAt: Date
}

export interface TakenTrials {
  readonly state: StudyState
  readonly trials: readonly LeasedTrial[]
  /** When somebody else's lease runs out next. */
  readonly nextExpiry?: Date
}

/** What a worker is told by the answer to its reports, if anything. */
export interface ReportOrder {
  /** What is to stop, so that the attempt should end. */
  readonly stop?: 'study' | 'trial'
  /** The study is paused, so that a training that can should leave off. */
  readonly pause?: true
}

export interface ReportAnswer {
  /** `continue`, `pause`, or why the attempt should end. */
  readonly order: 'continue' | 'pause' | 'study' | 'trial' | 'superseded' | 'finished'
  readonly attempt: number
  readonly expiresAt?: Date
}

/** What became of a tell: it ended the trial, is a further observation, is not kept, or was there already. */
export type Told = 'finished' | 'late' | 'lost' | 'repeated'

/** How far somebody has read a journal: the revision, and when its event happened. */
export type Look = Pick<StudySnapshot, 'revision' | 'at'>

/** A stretch of a journal, and the study's state when it was read. */
export interface JournalPart {
  readonly events: readonly StudyEvent[]
  readonly state: StudyState
}

/** How many trials may wait for a worker, and when to ask for more of them. */
export interface Stock {
  /** Trials in flight, beside limits.parallel. */
  readonly inFlightMax: number
  /** How many of them wait still when a start asks for more. */
  readonly refillAt: number
}

/** A change of a trial that may have made room for another one: then a proposal is to be hinted at `hint`, a revision. */
interface MayHint {
  readonly hint?: number
}

export interface StartedTrial extends MayHint {
  /** Where the attempt before was left in good order. */
  readonly checkpoint?: Uint8Array
  readonly trial: Trial
  readonly definition: StudyDefinition
}

export interface FinishedTrial extends MayHint {
  /** Of the study, which may be finished too. */
  readonly state: StudyState
}

export interface StudyEdit {
  readonly changes: StudyChanges
  /** Number of the trials that a change of the space was found to fit; undefined where it fits any. */
  readonly fitsTrials?: number | undefined
}
