/**
 * What the services need of the world. Adapters (redis/, queue/, trainers/) implement these; nothing in
 * services/ names a vendor. Every method may throw HoneError('storage-unavailable') while Redis is away.
 */

import type { Fault } from '../domain/errors.ts'
import type { StudyEvent, StudySnapshot } from '../domain/events.ts'
import type { StudyId, TokenId, TrialId, WebhookId } from '../domain/ids.ts'
import type { Measured, Metric, MetricValues } from '../domain/metric.ts'
import type { ParameterValues, SearchSpace } from '../domain/search-space.ts'
import type {
  EndReason,
  Study,
  StudyChanges,
  StudyDefinition,
  StudyState,
  TrainerSpec,
} from '../domain/study.ts'
import type { Token } from '../domain/token.ts'
import type { Proposal, Report, Trial, TrialOutcome, TrialState } from '../domain/trial.ts'
import type { Delivery, DeliveryAttempt, Webhook } from '../domain/webhook.ts'

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

/** One method of a write is one script: it checks, writes and appends its events, or refuses and writes nothing. */
export interface StudyStore {
  /** Resolves when the storage answers, and takes every script. */
  ping(): Promise<void>
  /** Changes nothing when there is a study of this id. */
  createStudy(id: StudyId, definition: StudyDefinition): Promise<void>
  /** @throws study-not-found, as do all methods below. */
  getStudy(id: StudyId): Promise<StudyRecord>
  /** Of a study, without reading the study. */
  getRevision(id: StudyId): Promise<number>
  listStudies(query: StudyListQuery): Promise<Page<StudyRecord>>
  /** Ids of the studies that may still need work: unfinished, or finished without their test (see `closeStudy`). */
  listOpenStudies(): Promise<StudyId[]>
  /** Ids of at most `limit` studies that were closed before then, the first closed first. */
  listClosedStudies(before: Date, limit: number): Promise<StudyId[]>
  /** Takes a study off the list of open ones. */
  closeStudy(id: StudyId): Promise<void>
  /** Whether it is on that list. */
  isOpen(id: StudyId): Promise<boolean>
  deleteStudy(id: StudyId): Promise<void>
  /**
   * Changes what a study is called or how far it may go. @param revision that it must have; undefined for any.
   * @throws precondition-failed, limit-too-low, illegal-move (limits of a study that is stopping or finished)
   */
  editStudy(
    id: StudyId,
    changesOf: (definition: StudyDefinition) => StudyChanges,
    revision?: number,
  ): Promise<void>

  /** The three verbs are idempotent. @throws illegal-move, with the legal moves in its message. */
  pauseStudy(id: StudyId): Promise<void>
  resumeStudy(id: StudyId): Promise<void>
  /** Cancels what is queued; the study finishes once nothing runs. `failed` is for reason proposal-failed. */
  stopStudy(id: StudyId, reason: EndReason): Promise<void>

  /**
   * Without curves. `revision` and content are of one instant.
   * @param known an earlier snapshot of the study: the answer is the same, but only what came since is read.
   */
  loadSnapshot(id: StudyId, known?: StudySnapshot): Promise<StudySnapshot>
  /** The whole journal in order, or up to and including a revision. */
  readJournal(id: StudyId, throughRevision?: number): Promise<StudyEvent[]>
  /** At most `limit` events, those that follow revision `after`: the first of them made revision `after + 1`. */
  readEvents(id: StudyId, after: number, limit: number): Promise<JournalPart>
  /** By number, without curves. `nextCursor` is the last number looked at. */
  listTrials(id: StudyId, query: TrialListQuery): Promise<Page<Trial>>
  /** With its curve. @throws trial-not-found */
  getTrial(id: StudyId, number: number): Promise<Trial>

  /**
   * All or none of them.
   * @param token the trials that were enqueued with the same token within a day are answered again.
   * @throws budget-used, illegal-move (the study is not running or paused)
   */
  enqueueTrials(id: StudyId, trials: readonly KnownTrial[], token?: string): Promise<readonly Trial[]>
  places(id: StudyId): Promise<Places>
  /** Moves waiting trials into free places, up to `inFlightMax` trials in flight; returns their numbers. */
  dispatchWaiting(id: StudyId, inFlightMax?: number): Promise<readonly number[]>
  /**
   * Commits proposals for `index`, `index + 1`, ... as far as there are places. A compare-and-set on the index: nothing
   * is committed when it is not the next one.
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
  /** Idempotent by step. `stop`: what is to stop, so that the attempt should end. @throws attempt-superseded, trial-finished, trial-not-found */
  reportValues(
    id: StudyId,
    number: number,
    attempt: number,
    reports: readonly Report[],
  ): Promise<{ stop?: 'study' | 'trial' }>
  /** Gives a running trial back unfinished, as on shutdown; a no-op for any other attempt. */
  releaseTrial(id: StudyId, number: number, attempt: number): Promise<void>
  /** Idempotent for the same attempt: the first outcome stays. @throws attempt-superseded, trial-finished (by another attempt) */
  finishTrial(id: StudyId, number: number, attempt: number, outcome: TrialOutcome): Promise<FinishedTrial>
  /**
   * Gives a worker up to `count` trials of an external study: those that it holds, then those that nobody holds (any
   * more), enqueued ones included; never a new one. Ends what a lease that has run out leaves behind in a study that is
   * stopping. @throws not-external, as do the four methods below
   */
  takeTrials(id: StudyId, asked: Asked & { only?: 'own' }): Promise<TakenTrials>
  /** Commits a proposal and gives it to who asked; otherwise as `commitProposal`. */
  commitAsked(id: StudyId, index: number, proposal: Proposal, asked: Asked): Promise<LeasedTrial | undefined>
  /**
   * Renews a lease, even one that has run out, and takes reports, idempotent by step. An `attempt` of 0 is that of the
   * only lease there was. @throws trial-not-found, unknown-lease
   */
  reportTrial(id: StudyId, number: number, attempt: number, reports: readonly Report[]): Promise<ReportAnswer>
  /**
   * Ends a trial, whatever became of the attempt's lease; of a trial that has ended otherwise it is a further
   * observation. Idempotent for the same attempt: what it told first stays. @throws trial-not-found, unknown-lease
   */
  tellTrial(
    id: StudyId,
    number: number,
    attempt: number,
    outcome: TrialOutcome,
  ): Promise<'finished' | 'late' | 'repeated'>
  /** Cancels a trial that does not run; asks one that runs to end. Idempotent. @throws trial-not-found */
  stopTrial(id: StudyId, number: number): Promise<void>

  /** Numbers in flight: queued with a place, and running. */
  inFlight(id: StudyId): Promise<readonly { number: number; state: 'queued' | 'running' }[]>
  /** First result stays. */
  recordTest(id: StudyId, trial: number, metrics: MetricValues): Promise<void>
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

export interface ReportAnswer {
  /** `continue`, or why the attempt should end. */
  readonly order: 'continue' | 'study' | 'trial' | 'superseded' | 'finished'
  readonly attempt: number
  readonly expiresAt?: Date
}

/** The optimizer broke over a study. It is a pure function, so it would break again. */
export class ProposalFailed extends Error {}

/** Computes proposals where they hold up nobody else; see optimizer/propose.ts. */
export interface Proposer {
  /** @throws ProposalFailed */
  propose(snapshot: StudySnapshot, index: number, fixed?: ParameterValues): Promise<Proposal | 'exhausted'>
}

/** A stretch of a journal, and the study's state when it was read. */
export interface JournalPart {
  readonly events: readonly StudyEvent[]
  readonly state: StudyState
}

/** Whose turn it is to answer a request: the caller's, or somebody's who has or has not yet. */
export type Claim =
  | { readonly kind: 'yours' | 'in-progress' | 'other-request' }
  | { readonly kind: 'answered'; readonly answer: string }

/** Answers given to requests that may come again. */
export interface AnswerStore {
  /** Of all who claim a key only one gets it, until it keeps an answer, releases the key or half a minute is over. */
  claim(key: string, fingerprint: string): Promise<Claim>
  /** For a day. */
  keep(key: string, fingerprint: string, answer: string): Promise<void>
  release(key: string): Promise<void>
}

/** A token as it is kept: its secret is not. */
export interface TokenRecord extends Token {
  /** SHA-256 of the secret, in hex. */
  readonly secretHash: string
}

export interface TokenStore {
  add(token: TokenRecord): Promise<void>
  find(id: TokenId): Promise<TokenRecord | undefined>
  list(): Promise<readonly TokenRecord[]>
  /** @returns whether there was such a token. */
  remove(id: TokenId): Promise<boolean>
}

/** A webhook as it is kept. */
export interface WebhookRecord extends Webhook {
  /** `whsec_` and base64: what its messages are signed with, so it cannot be kept as a hash. */
  readonly secret: string
}

export interface WebhookStore {
  put(webhook: WebhookRecord): Promise<void>
  find(id: WebhookId): Promise<WebhookRecord | undefined>
  /** @throws webhook-not-found */
  get(id: WebhookId): Promise<WebhookRecord>
  /** Oldest first. */
  list(): Promise<readonly WebhookRecord[]>
  /** @returns whether there was such a webhook. */
  remove(id: WebhookId): Promise<boolean>
  /** How far a webhook has been told of a study: deliveries up to this revision are enqueued. */
  toldRevision(id: WebhookId, study: StudyId): Promise<number>
  setTold(id: WebhookId, study: StudyId, revision: number): Promise<void>
  /** Studies that were closed, and of which there may be something to tell still. */
  listUntold(): Promise<readonly StudyId[]>
  /** Takes a study off that list, for nothing more can come. */
  forget(study: StudyId): Promise<void>
  log(id: WebhookId, attempt: DeliveryAttempt): Promise<void>
  /** Newest first; the older ones are gone. */
  listAttempts(id: WebhookId): Promise<readonly DeliveryAttempt[]>
}

/** The status of an answer, or why there was none. */
export type SentWebhook =
  | { readonly status: number; readonly error?: never }
  | { readonly error: string; readonly status?: never }

export interface WebhookSender {
  /** Why messages cannot be sent there; undefined when they can. */
  refusal(url: string): Promise<string | undefined>
  send(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<SentWebhook>
}

/** Tells that studies change. What changed is read from the journal, so a ring too many or too few costs time only. */
export interface EventFeed {
  /**
   * Calls `ring` after every change of the study, its deletion included, and whenever one may have been missed. In
   * force once it resolves. @returns how to end it.
   */
  watch(id: StudyId, ring: () => void): Promise<() => void>
}

/** How many trials may wait for a worker, and when to ask for more of them. */
export interface Stock {
  /** Trials in flight, beside limits.parallel. */
  readonly inFlightMax: number
  /** Number of the trial whose start, or that of a later one, asks for more. */
  readonly refillAt: number
}

/** A change of a trial that may have made room for another one: then a proposal is to be hinted at `hint`, a revision. */
interface MayHint {
  readonly hint?: number
}
export interface StartedTrial extends MayHint {
  readonly trial: Trial
  readonly definition: StudyDefinition
}
export interface FinishedTrial extends MayHint {
  /** Of the study, which may be finished too. */
  readonly state: StudyState
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

export interface TrainingRequest {
  readonly trainer: TrainerSpec
  readonly params: ParameterValues
  readonly seed: number
  /** Names of the study's metrics: what a trainer tells only where it is asked for. */
  readonly metricNames?: readonly string[]
}

export type TrainingResult = Measured

/** Thrown by a trainer when these parameter values cannot be trained: the trial fails with this reason. */
export class TrainingFailed extends Error {}

/** One per `trainer.kind`: what Hone knows of it. */
export interface TrainerKind {
  /** Loads what training needs, so that a broken installation shows when a worker starts and not in its trials. */
  prepare?(): void
  /** What this trainer cannot do: unknown data set or function, illegal settings. Paths as in the request. */
  checkTrainer(trainer: TrainerSpec): readonly Fault[]
  /** Space and metrics for a study that names none. Only for a trainer without faults; absent where there are none. */
  defaults?(trainer: TrainerSpec): { searchSpace: SearchSpace; metrics: readonly Metric[] }
  /** What it cannot do with this space and these metrics. Only for a trainer without faults. */
  checkDefinition(definition: StudyDefinition): readonly Fault[]
  /**
   * Trains off the event loop. Resolves after `signal` aborts too, by throwing its reason. Absent where somebody else
   * trains, who asks for trials: nobody here then starts them.
   * @param onReport called once an epoch, in order; never awaited.
   */
  train?(
    request: TrainingRequest,
    onReport: (report: Report) => void,
    signal: AbortSignal,
  ): Promise<TrainingResult>
  /**
   * Trains the winner once more on all rows but the test rows, for the epochs it needed, and measures it on those.
   * Undefined where there is nothing held out.
   */
  test?(request: TrainingRequest & { metrics: MetricValues }, signal: AbortSignal): Promise<MetricValues>
}

/** One that trains here. */
export interface Trainer extends TrainerKind {
  defaults: NonNullable<TrainerKind['defaults']>
  train: NonNullable<TrainerKind['train']>
}
export type Trainers = Readonly<Record<TrainerSpec['kind'], TrainerKind>>

export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
