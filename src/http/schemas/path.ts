import { z } from 'zod'
import { HoneError } from '../../domain/errors.ts'
import { parseStudyId, type StudyId } from '../../domain/ids.ts'

/** Any text is a name of something that there may be; a colon begins a verb. The pattern is for the document alone. */
const name = z.string().meta({ pattern: '^[^:/]+$' })

export const StudyPathSchema = z.object({ study: name.describe("A study's id.") })

export const TrialPathSchema = StudyPathSchema.extend({ number: name.describe("A trial's number.") })

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
