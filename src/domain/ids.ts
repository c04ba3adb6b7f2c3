/**
 * The only maker and parser of ids. A study's id is `st_` and 16 characters; a trial's id holds its
 * study's, so that no lookup is needed and it is a legal job id (no colon, not an integer).
 */
export type StudyId = string & { readonly brand: 'StudyId' }
export type TrialId = string & { readonly brand: 'TrialId' }

// No vowels, so no words by accident; no 0/1/l/o, so it can be read aloud. 28 letters, 16 of them: 77 bits.
const ALPHABET = '23456789bcdfghjkmnpqrstvwxyz'
const STUDY_ID = /^st_[2-9b-z]{16}$/
const TRIAL_ID = /^(st_[2-9b-z]{16})-(0|[1-9][0-9]{0,8})$/

/** @param randomBytes at least 16 bytes from a secure source; the domain draws none itself. */
export function newStudyId(randomBytes: Uint8Array): StudyId {
  const letters = Array.from(randomBytes.subarray(0, 16), (byte) => ALPHABET[byte % ALPHABET.length])
  return `st_${letters.join('')}` as StudyId
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
