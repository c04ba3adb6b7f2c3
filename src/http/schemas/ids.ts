import { z } from 'zod'
import type { StudyId, WebhookId } from '../../domain/ids.ts'

// On the wire an id is any text; that it is ours is between our types.
export const StudyIdSchema = z.string() as unknown as z.ZodType<StudyId>
export const WebhookIdSchema = z.string() as unknown as z.ZodType<WebhookId>
