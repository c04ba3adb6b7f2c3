/**
 * The only maker and parser of ids. A study's id is `st_` and 16 characters; a trial's id holds its
 * study's, so that no lookup is needed and it is a legal job id (no colon, not an integer).
 */
export type StudyId = string & { readonly brand: 'StudyId' }
export type TrialId = string & { readonly brand: 'TrialId' }
export type WebhookId = string & { readonly brand: 'WebhookId' }
/** 16 letters; the part of a bearer token that is no secret. */
export type TokenId = string & { readonly brand: 'TokenId' }

// No vowels, so no words by accident; no 0/1/l/o, so it can be read aloud. 28 letters, 16 of them: 77 bits.
const ALPHABET = '23456789bcdfghjkmnpqrstvwxyz'
const STUDY_ID = /^st_[2-9b-z]{16}$/
const WEBHOOK_ID = /^wh_[2-9b-z]{16}$/
const TRIAL_ID = /^(st_[2-9b-z]{16})-(0|[1-9][0-9]{0,8})$/

/** @param randomBytes at least 16 bytes from a secure source; the domain draws none itself. */
export function newStudyId(randomBytes: Uint8Array): StudyId {
  return `st_${letters(randomBytes)}` as StudyId
}

/** @param randomBytes as for `newStudyId`. */
export function newWebhookId(randomBytes: Uint8Array): WebhookId {
  return `wh_${letters(randomBytes)}` as WebhookId
}

export function parseWebhookId(text: string): WebhookId | undefined {
  return WEBHOOK_ID.test(text) ? (text as WebhookId) : undefined
}

/** @param randomBytes as for `newStudyId`. */
export function newTokenId(randomBytes: Uint8Array): TokenId {
  return letters(randomBytes) as TokenId
}

function letters(randomBytes: Uint8Array): string {
  return Array.from(randomBytes.subarray(0, 16), (byte) => ALPHABET[byte % ALPHABET.length]).join('')
}

export function parseStudyId(text: string): StudyId | undefined {
  return STUDY_ID.test(text) ? (text as StudyId) : undefined
}

export function trialId(study: StudyId, number: number): TrialId {
  return `${study}-${number}` as TrialId
}

export function parseTrialId(text: string): { study: StudyId; number: number } | undefined {
  const match = TRIAL_ID.exec(text)
  return match ? { study: match[1] as StudyId, number: Number(match[2]) } : undefined
}
