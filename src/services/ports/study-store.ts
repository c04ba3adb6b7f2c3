import type { StudyEvent } from '../../domain/events.ts'
import type { StudyId } from '../../domain/ids.ts'
import type { MetricValues } from '../../domain/metric.ts'
import type { EndReason, StudyDefinition } from '../../domain/study.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { OpenState, Proposal, Report, Trial, TrialOutcome } from '../../domain/trial.ts'
import type {
  Asked,
  FinishedTrial,
  JournalPart,
  KnownTrial,
  LeasedTrial,
  Look,
  Page,
  Places,
  ReportAnswer,
  ReportOrder,
  StartedTrial,
  Stock,
  StudyEdit,
  StudyListQuery,
  StudyRecord,
  TakenTrials,
  Told,
  TrialListQuery,
} from './study-records.ts'

/**
 * One method of a write is one script: it checks, writes and appends its events, or refuses and writes nothing. A stop is
 * several: many trials at once would keep others waiting.
 */
export interface StudyStore {
  /** Resolves when the storage answers, and takes every script. */
  ping(): Promise<void>
  /** Changes nothing when there is a study of this id. @param state that it begins in; running unless given */
  createStudy(id: StudyId, definition: StudyDefinition, state?: 'running' | 'paused'): Promise<void>
  /** @throws study-not-found, as do all methods below. */
  getStudy(id: StudyId): Promise<StudyRecord>
  /** Of a study, without reading the study. */
  getRevision(id: StudyId): Promise<number>
  listStudies(query: StudyListQuery): Promise<Page<StudyRecord>>
  /**
   * The studies that may still need work: unfinished, or finished without their test (see `closeStudy`); of each how far its
   * journal has come.
   */
  listOpenStudies(): Promise<ReadonlyMap<StudyId, Look>>
  /** Ids of at most `limit` studies that were closed before then, the first closed first. */
  listClosedStudies(before: Date, limit: number): Promise<StudyId[]>
  /** Takes off the lists what is not there and began to be created before then: a process died over it, or its deletion. */
  forgetUncreated(before: Date): Promise<void>
  /** Takes a study off the list of open ones. */
  closeStudy(id: StudyId): Promise<void>
  /** Whether it is on that list. */
  isOpen(id: StudyId): Promise<boolean>
  /** Has old events take less room. Nothing that is read changes by it, and whoever dies over it loses nothing. */
  archiveJournal(id: StudyId): Promise<void>
  deleteStudy(id: StudyId): Promise<void>
  /**
   * Changes what a study is called, how far it may go or what it searches.
   * @param editOf is asked again when the study has changed meanwhile.
   * @param revision that it must have; undefined for any.
   * @throws precondition-failed, limit-too-low, illegal-move (limits or space of a study that is stopping or finished)
   */
  editStudy(
    id: StudyId,
    editOf: (definition: StudyDefinition) => Promise<StudyEdit>,
    revision?: number,
  ): Promise<void>

  /** The three verbs are idempotent. @throws illegal-move, with the legal moves in its message. */
  pauseStudy(id: StudyId): Promise<void>
  resumeStudy(id: StudyId): Promise<void>
  /**
   * Cancels what is queued; the study finishes once nothing runs. `failed` is for reason proposal-failed.
   * @param seen what it was decided by: as a commit, it is refused where there are further trials or another search space.
   * @returns whether it was not refused.
   */
  stopStudy(id: StudyId, reason: EndReason, seen?: StudySnapshot): Promise<boolean>
  /** Goes on with what a stop that broke off has left: in a study that is stopping, cancels what does not run. */
  cancelIdle(id: StudyId): Promise<void>

  /**
   * Without curves. `revision` and content are of one instant.
   * @param known an earlier snapshot of the study: the answer is the same, but only what came since is read, unless
   *   Redis has lost what `known` was made from.
   */
  loadSnapshot(id: StudyId, known?: StudySnapshot): Promise<StudySnapshot>
  /** The whole journal in order, or up to and including a revision. */
  readJournal(id: StudyId, throughRevision?: number): Promise<StudyEvent[]>
  /** At most `limit` events, those that follow revision `after`: the first of them made revision `after + 1`. */
  readEvents(id: StudyId, after: number, limit: number): Promise<JournalPart>
  /** At most `limit` events since a look. Undefined where the journal is not the one that was looked at. */
  readSince(id: StudyId, look: Look, limit: number): Promise<readonly StudyEvent[] | undefined>
  /** By number, without curves. `nextCursor` is the last number looked at. */
  listTrials(id: StudyId, query: TrialListQuery): Promise<Page<Trial>>
  /** With its curve. @throws trial-not-found */
  getTrial(id: StudyId, number: number): Promise<Trial>

  /**
   * All or none of them; undefined where the search space has become another one since `revision`.
   * @param revision at which they were found to be of the space; undefined for any space.
   * @param token the trials that were enqueued with the same token within a day are answered again.
   * @throws budget-used, illegal-move (the study is not running or paused)
   */
  enqueueTrials(
    id: StudyId,
    trials: readonly KnownTrial[],
    revision?: number,
    token?: string,
  ): Promise<readonly Trial[] | undefined>
  places(id: StudyId): Promise<Places>
  /** Moves waiting trials into free places; returns their numbers. */
  dispatchWaiting(id: StudyId, stock?: Stock): Promise<readonly number[]>
  /**
   * Commits proposals for `index`, `index + 1`, ... as far as there are places. A compare-and-set on the index: nothing
   * is committed when it is not the next one, or when the search space has become another one since they were computed.
   */
  commitProposals(
    id: StudyId,
    index: number,
    proposals: readonly Proposal[],
    stock?: Stock,
  ): Promise<{ readonly committed: number; readonly placesLeft: number }>

  /**
   * Gives out the next attempt number, or says why there is nothing to do: `gone` (finished, deleted or unknown),
   * `held` (the study is paused or stopping). A trial that crashed too many workers is failed here, and is `gone`.
   */
  startTrial(id: StudyId, number: number, worker: string): Promise<StartedTrial | 'gone' | 'held'>
  /** Idempotent by step. @throws attempt-superseded, trial-finished, trial-not-found */
  reportValues(id: StudyId, number: number, attempt: number, reports: readonly Report[]): Promise<ReportOrder>
  /**
   * Gives a running trial back unfinished, as on shutdown; a no-op for any other attempt.
   * @param checkpoint where the next attempt can go on; all that was reported until there must be stored.
   */
  releaseTrial(id: StudyId, number: number, attempt: number, checkpoint?: Uint8Array): Promise<void>
  /** Idempotent for the same attempt: the first outcome stays. @throws attempt-superseded, trial-finished (by another attempt) */
  finishTrial(id: StudyId, number: number, attempt: number, outcome: TrialOutcome): Promise<FinishedTrial>
  /**
   * Gives a worker up to `count` trials of an external study: those that it holds, then those that nobody holds (any
   * more), enqueued ones included; never a new one. Ends what a lease that has run out leaves behind in a study that is
   * stopping. @throws not-external
   */
  takeTrials(id: StudyId, asked: Asked & { only?: 'own' }): Promise<TakenTrials>
  /** Commits a proposal and gives it to who asked; otherwise as `commitProposals`. */
  commitAsked(id: StudyId, index: number, proposal: Proposal, asked: Asked): Promise<LeasedTrial | undefined>
  /**
   * Renews a lease, even one that has run out, and takes reports, idempotent by step. An `attempt` of 0 is that of the
   * only lease there was. @throws not-external, trial-not-found, unknown-lease
   */
  reportTrial(id: StudyId, number: number, attempt: number, reports: readonly Report[]): Promise<ReportAnswer>
  /**
   * Ends a trial, whatever became of the attempt's lease; of a trial that has ended otherwise it is a further
   * observation, and of one that another attempt holds nothing but a completion counts. Idempotent for the same attempt:
   * what it told first stays. @throws not-external, trial-not-found, unknown-lease
   */
  tellTrial(id: StudyId, number: number, attempt: number, outcome: TrialOutcome): Promise<Told>
  /** Cancels a trial that does not run; asks one that runs to end. Idempotent. @throws trial-not-found */
  stopTrial(id: StudyId, number: number): Promise<void>

  /** Numbers in flight: queued with a place, running and paused. */
  inFlight(id: StudyId): Promise<readonly { number: number; state: OpenState }[]>
  /** First result stays. */
  recordTest(id: StudyId, trial: number, metrics: MetricValues): Promise<void>
}
