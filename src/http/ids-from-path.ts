import { HoneError } from '../domain/errors.ts'
import { parseStudyId, parseWebhookId, type StudyId, type WebhookId } from '../domain/ids.ts'

/** Ids are opaque: one that could not exist is a study that does not. */
export function studyIdFrom(path: { study: string }): StudyId {
  const id = parseStudyId(path.study)
  if (id) return id
  throw new HoneError('study-not-found', 'There is no such study. GET /v1/studies lists all there are.')
}

export function trialNumberFrom(path: { number: string }): number {
  if (/^(0|[1-9]\d{0,8})$/.test(path.number)) return Number(path.number)
  throw new HoneError('trial-not-found', 'There is no such trial: trials are numbered 0, 1, 2 and so on.')
}

export function webhookIdFrom(path: { webhook: string }): WebhookId {
  const id = parseWebhookId(path.webhook)
  if (id) return id
  throw new HoneError('webhook-not-found', 'There is no such webhook. GET /v1/webhooks lists all there are.')
}
