import type { Numerics } from '../optimizer/numerics.ts'
import type { AnswerStore } from './ports/answer-store.ts'
import type { BuiltInDatasets, DatasetStore, TableReader } from './ports/datasets.ts'
import type { EventFeed } from './ports/event-feed.ts'
import type { Explainer } from './ports/explainer.ts'
import type { JobQueue } from './ports/job-queue.ts'
import type { Logger } from './ports/logger.ts'
import type { ModelStore } from './ports/model-store.ts'
import type { Proposer } from './ports/proposer.ts'
import type { StudyStore } from './ports/study-store.ts'
import type { Trainers } from './ports/trainer.ts'
import type { WebhookSender } from './ports/webhook-sender.ts'
import type { WebhookStore } from './ports/webhook-store.ts'
import type { SnapshotCache } from './snapshots/snapshot-cache.ts'

/** Everything a service may use: a plain object, made once in a composition root. */
export interface ServiceDeps {
  readonly store: StudyStore
  readonly snapshots: SnapshotCache
  /** The same with curves: see curve-cache.ts. */
  readonly curves: SnapshotCache
  readonly jobs: JobQueue
  readonly feed: EventFeed
  readonly answers: AnswerStore
  readonly webhooks: WebhookStore
  readonly sender: WebhookSender
  readonly trainers: Trainers
  readonly models: ModelStore
  readonly datasets: DatasetStore
  readonly builtIns: BuiltInDatasets
  /** Reads uploaded data sets. */
  readonly tables: TableReader
  /** What proposals are computed with. */
  readonly numerics: Numerics
  readonly proposer: Proposer
  readonly explainer: Explainer
  readonly clock: () => Date
  readonly logger: Logger
}
