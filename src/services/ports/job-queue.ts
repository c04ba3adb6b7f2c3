import type { StudyId, TrialId } from '../../domain/ids.ts'
import type { Delivery } from '../../domain/webhook.ts'

/** A trace on its way to another process, in a job. */
export interface Carrier {
  readonly traceparent: string
  readonly requestId?: string | undefined
}

/** Jobs are hints that work exists: losing one costs time, doubling one costs nothing. */
export interface JobQueue {
  /** `revision` makes the hint unique: a later state of the study is a new hint. */
  enqueueProposal(study: StudyId, revision: number): Promise<void>
  /** The same for the one whom the store told to: nobody has given this hint before, so nothing is looked up. */
  hintProposal(study: StudyId, revision: number): Promise<void>
  /** For trials that are new, or are known to have no job. */
  enqueueTrials(trials: readonly TrialId[]): Promise<void>
  /** Asks for the winner of a finished study to be tested. */
  enqueueTest(study: StudyId): Promise<void>
  /** Those of the trials that have no job, waiting or active. What may remain of a lost one is cleared away. */
  withoutJob(trials: readonly TrialId[]): Promise<readonly TrialId[]>
  /** Stays as it is when it is there for the same attempt, or was within the hour. @param delayMs before it is due. */
  enqueueDelivery(delivery: Delivery, attempt: number, delayMs: number): Promise<void>
  countJobs(): Promise<JobCounts>
  /** The same queue, whose new jobs carry a trace: what led to them, for their log and their spans. */
  within(trace: Carrier): JobQueue
}

/** How much there is to do, all told. */
export interface Load {
  readonly openStudies: number
  /** Trials of open studies by state. */
  readonly trials: Readonly<Record<string, number>>
  readonly jobs: JobCounts
}

/** Queue -> state of a job -> how many. */
export type JobCounts = Readonly<Record<string, Readonly<Record<string, number>>>>
