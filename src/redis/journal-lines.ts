import type { StudyEvent } from '../domain/events.ts'
import { eventSchema } from './event-codec.ts'
import { decode, encode } from './json.ts'

/** A journal as a file: one event a line, as JSON, oldest first. */
export function formatJournal(events: readonly StudyEvent[]): string {
  return events.map((event) => `${encode(event)}\n`).join('')
}

/** Empty lines mean nothing, nor do those that npm puts above what a script prints. @throws Error with the line at fault. */
export function parseJournal(text: string): StudyEvent[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '' || line.startsWith('> ')) return []
    try {
      return [decode(eventSchema, line)]
    } catch (cause) {
      throw new Error(`Line ${i + 1} is no event of a journal.`, { cause })
    }
  })
}
