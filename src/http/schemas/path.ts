import { z } from 'zod'

/** Any text is a name of something that there may be; a colon begins a verb. The pattern is for the document alone. */
const name = z.string().meta({ pattern: '^[^:/]+$' })

export const StudyPathSchema = z.object({ study: name.describe("A study's id.") })

export const TrialPathSchema = StudyPathSchema.extend({ number: name.describe("A trial's number.") })
