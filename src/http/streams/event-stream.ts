import { publicEvent, type StudyEvent } from '../../domain/events.ts'
import type { Watched } from '../../services/studies/watch-study.ts'
import type { StudyEventView } from '../schemas/event.ts'

/** How long a browser waits before it connects again. */
const RETRY_MS = 2000

/** Whether who watches still may. */
export interface Admission {
  isLetIn(): Promise<boolean>
  /** How often it is asked. */
  readonly everyMs: number
}

/**
 * What is watched as the text of an event stream (WHATWG HTML, 9.2). Each event's id is its id in the journal, so a
 * client that comes back names the last one it has. A stream that the service cuts short ends with `shutdown`, that of
 * one who is not let in any more with `unauthenticated`.
 */
export async function* eventStream(
  watched: AsyncIterable<Watched>,
  signal: AbortSignal,
  { isLetIn, everyMs }: Admission,
): AsyncGenerator<string> {
  yield `retry: ${RETRY_MS}\n\n`
  let askedAt = performance.now()
  for await (const part of watched) {
    if (part.kind === 'quiet' || performance.now() - askedAt >= everyMs) {
      if (!(await isLetIn())) return yield endOf('unauthenticated')
      askedAt = performance.now()
    }
    yield* toTexts(part)
  }
  if (signal.aborted) yield endOf('shutdown')
}

function toTexts(part: Watched): readonly string[] {
  switch (part.kind) {
    case 'events':
      return part.events.map((event, i) => message(part.first + i, event))
    case 'quiet':
      return [': still here\n\n']
    case 'end':
      return [endOf(part.reason)]
  }
}

function message(revision: number, event: StudyEvent): string {
  const view: StudyEventView = { revision, ...publicEvent(event) }
  return `id: ${revision}-0\ndata: ${JSON.stringify(view)}\n\n`
}

/** Not a message like the others, and without an id: it is not in the journal. */
function endOf(reason: string): string {
  return `event: end\ndata: ${JSON.stringify({ reason })}\n\n`
}
