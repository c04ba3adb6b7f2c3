import type { StudyId } from '../domain/ids.ts'

/** The only speller of keys. The `{id}` hash tag puts all keys of one study on one slot of a cluster. */
export interface StudyKeys {
  /** Hash: definition, limits, state, times, best, counts of finished trials. */
  readonly study: string
  /** Hash: trial number -> JSON of what was proposed; written once. Its length is what is committed. */
  readonly proposals: string
  /** Hash: trial number -> JSON of the attempt; the trials in flight. Its length is what is in flight. */
  readonly active: string
  /** List: numbers of enqueued trials without a place, oldest first. */
  readonly waiting: string
  /** Hash: trial number -> JSON of how it ended; written once. */
  readonly outcomes: string
  /** Stream with ids `<revision>-<time, ms>`: every event that is not in the archive, the newest always; see journal-entry.ts. */
  readonly journal: string
  /** Hash: names of the metrics of a report, JSON -> the number they go by in the curves of this study; see curve.ts. */
  readonly layouts: string
  /** Hash: trial number -> where the next attempt can go on, as bytes; until it ends or loses its worker. */
  readonly checkpoints: string
}

export function studyKeys(prefix: string, id: StudyId): StudyKeys {
  const key = (name: string) => `${prefix}:{${id}}:${name}`
  return {
    study: key('study'),
    proposals: key('proposals'),
    active: key('active'),
    waiting: key('waiting'),
    outcomes: key('outcomes'),
    journal: key('journal'),
    layouts: key('layouts'),
    checkpoints: key('checkpoints'),
  }
}

/** Sorted set of blocks of the oldest events, each scored by the revision of its last one; see journal-block.ts. */
export function archiveKey(prefix: string, id: StudyId): string {
  return `${prefix}:{${id}}:archive`
}

/** String: the reports of all attempts at a trial, one attempt after the other; see curve.ts. */
export function curveKey(prefix: string, id: StudyId, number: number): string {
  return `${curveKeyBase(prefix, id)}${number}`
}

/** What precedes the number in every curve key of a study. */
export function curveKeyBase(prefix: string, id: StudyId): string {
  return `${prefix}:{${id}}:curve:`
}

/** Hash: token of a request that may come again -> number of the trial that it has enqueued; expires. */
export function enqueuedKey(prefix: string, id: StudyId): string {
  return `${prefix}:{${id}}:enqueued`
}

/** String: JSON of the request with this idempotency key and, once there is one, its answer; expires. */
export function answerKey(prefix: string, key: string): string {
  return `${prefix}:answer:${key}`
}

/** String: what a request with an idempotency key makes things by, so that it makes none twice; expires. */
export function tokenKey(prefix: string, fingerprint: string): string {
  return `${prefix}:token:${fingerprint}`
}

/** Sorted set of `<creation, ms, 15 digits>:<study id>`, all of score 0, so in order of creation. */
export function studiesKey(prefix: string): string {
  return `${prefix}:studies`
}

/** Sorted set of the ids of studies that are over, by the time at which they were taken off the list of open ones, ms. */
export function closedStudiesKey(prefix: string): string {
  return `${prefix}:closed`
}

/** Sorted set of the ids of studies that may still need work, by the time of their creation, ms. */
export function openStudiesKey(prefix: string): string {
  return `${prefix}:open`
}

/** Hash: token id -> JSON of what is known of the token, its secret as a hash. */
export function tokensKey(prefix: string): string {
  return `${prefix}:tokens`
}

/** Hash: webhook id -> JSON of the webhook, its secret included. */
export function webhooksKey(prefix: string): string {
  return `${prefix}:webhooks`
}

/** Hash: webhook id -> revision up to which it has been told of the study. */
export function toldKey(prefix: string, study: StudyId): string {
  return `${prefix}:{${study}}:told`
}

/** List: JSON of the last attempts at a webhook's deliveries, newest first. */
export function deliveriesKey(prefix: string, webhook: string): string {
  return `${prefix}:webhook:${webhook}:deliveries`
}

/** Set of the ids of studies that are off the list of open ones, and of which webhooks may have something to be told. */
export function untoldStudiesKey(prefix: string): string {
  return `${prefix}:untold`
}

/** Hash: trial number -> what was trained; the best trial's, and those of trials that are about to end. */
export function modelsKey(prefix: string, id: StudyId): string {
  return `${prefix}:{${id}}:models`
}

/** Set of the names of uploaded data sets. */
export function datasetsKey(prefix: string): string {
  return `${prefix}:datasets`
}

/** Hash: `record`, and the numbers of an uploaded data set in chunks. */
export function datasetKey(prefix: string, name: string): string {
  return `${prefix}:dataset:{${name}}`
}

/** The same while it is written; expires. */
export function datasetUploadKey(prefix: string, name: string, upload: string): string {
  return `${prefix}:dataset:{${name}}:upload:${upload}`
}

/** String: that nobody is to begin anything with a data set; expires. */
export function datasetClosedKey(prefix: string, name: string): string {
  return `${prefix}:dataset:{${name}}:closed`
}
