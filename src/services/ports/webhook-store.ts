import type { StudyId, WebhookId } from '../../domain/ids.ts'
import type { DeliveryAttempt, Webhook } from '../../domain/webhook.ts'

/** A webhook as it is kept. */
export interface WebhookRecord extends Webhook {
  /** `whsec_` and base64: what its messages are signed with, so it cannot be kept as a hash. */
  readonly secret: string
}

export interface WebhookStore {
  /** A new one. */
  add(webhook: WebhookRecord): Promise<void>
  /**
   * Changes it as it is by then, whatever others change meanwhile.
   *
   * @throws webhook-not-found, also where it is deleted meanwhile
   */
  change(id: WebhookId, change: (webhook: WebhookRecord) => WebhookRecord): Promise<WebhookRecord>
  find(id: WebhookId): Promise<WebhookRecord | undefined>
  /** @throws webhook-not-found */
  get(id: WebhookId): Promise<WebhookRecord>
  /** Oldest first. */
  list(): Promise<readonly WebhookRecord[]>
  /** @throws webhook-not-found */
  remove(id: WebhookId): Promise<void>
  /** How far a webhook has been told of a study: deliveries up to this revision are enqueued. */
  toldRevision(id: WebhookId, study: StudyId): Promise<number>
  /** @throws study-not-found: nothing is kept of a study that is gone. */
  setTold(id: WebhookId, study: StudyId, revision: number): Promise<void>
  /** Studies that were closed, and of which there may be something to tell still. */
  listUntold(): Promise<readonly StudyId[]>
  /** Takes a study off that list, for nothing more can come. */
  forget(study: StudyId): Promise<void>
  /** Nothing is kept of a webhook that has been deleted. */
  log(id: WebhookId, attempt: DeliveryAttempt): Promise<void>
  /** Newest first; the older ones are gone. */
  listAttempts(id: WebhookId): Promise<readonly DeliveryAttempt[]>
}
