import type { Numerics } from '../optimizer/numerics.ts'
import type {
  AnswerStore,
  EventFeed,
  JobQueue,
  Logger,
  Proposer,
  StudyStore,
  Trainers,
  WebhookSender,
  WebhookStore,
} from './ports.ts'
import type { SnapshotCache } from './snapshot-cache.ts'

/** Everything a service may use: a plain object, made once in a composition root. */
export interface ServiceDeps {
  readonly store: StudyStore
  readonly snapshots: SnapshotCache
  readonly jobs: JobQueue
  readonly feed: EventFeed
  readonly answers: AnswerStore
  readonly webhooks: WebhookStore
  readonly sender: WebhookSender
  readonly trainers: Trainers
  /** What proposals are computed with. */
  readonly numerics: Numerics
  readonly proposer: Proposer
  readonly clock: () => Date
  readonly logger: Logger
}
