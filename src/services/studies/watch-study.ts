import type { StudyEvent } from '../../domain/events.ts'
import type { StudyId } from '../../domain/ids.ts'
import { isStudyFinished, type Study } from '../../domain/study.ts'
import type { ServiceDeps } from '../deps.ts'
import { unlessDeleted } from '../unless-deleted.ts'
import { createBell } from '../waiting/bell.ts'
import { untilAvailable } from '../waiting/until-available.ts'

/** What one who watches is told: events in order, that there is nothing new, or why there will be nothing more. */
export type Watched =
  /** The first of the events made revision `first`. */
  | { readonly kind: 'events'; readonly first: number; readonly events: readonly StudyEvent[] }
  | { readonly kind: 'quiet' }
  | { readonly kind: 'end'; readonly reason: 'finished' | 'deleted' }

export interface WatchOptions {
  /** Revision that is known already; 0 for the whole journal. */
  readonly after: number
  /** Silence after which `quiet` is told. */
  readonly quietMs: number
  readonly signal: AbortSignal
}

// What is held for one who reads slowly. A large event is some kB.
const EVENTS_A_READ = 50

/**
 * A study's events as they happen, without a gap, until nothing more can come or `signal` aborts. It reads on when the
 * last part was taken and not before. While the storage is away it waits. @throws study-not-found
 */
export async function* watchStudy(
  deps: ServiceDeps,
  id: StudyId,
  { after, quietMs, signal }: WatchOptions,
): AsyncGenerator<Watched> {
  const bell = createBell()
  const unwatch = await untilAvailable(() => deps.feed.watch(id, bell.ring), signal)
  try {
    let revision = after
    let isOver = false
    while (!signal.aborted) {
      const part = await untilAvailable(
        () => unlessDeleted(deps.store.readEvents(id, revision, EVENTS_A_READ)),
        signal,
      )
      if (!part) return yield { kind: 'end', reason: 'deleted' }
      const { events, state } = part
      if (events.length > 0) yield { kind: 'events', first: revision + 1, events }
      else if (isOver) return yield { kind: 'end', reason: 'finished' }
      revision += events.length
      if (events.length === EVENTS_A_READ) continue
      // Once the study is closed there is one last look to take.
      isOver = await untilAvailable(() => isClosed(deps, { id, state }), signal)
      if (isOver || (await bell.rung(quietMs, signal))) continue
      if (!signal.aborted) yield { kind: 'quiet' }
    }
  } finally {
    unwatch()
  }
}

/** Whether nothing more can happen to it: the test of the winner comes after the end. */
export async function isClosed(
  { store }: ServiceDeps,
  { id, state }: Pick<Study, 'id' | 'state'>,
): Promise<boolean> {
  return isStudyFinished(state) && !(await store.isOpen(id))
}
