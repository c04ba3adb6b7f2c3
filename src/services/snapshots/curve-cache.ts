import { applyEvent, applyEvents, type Change } from '../../domain/apply-event.ts'
import type { StudyEvent } from '../../domain/events.ts'
import type { StudyId } from '../../domain/ids.ts'
import { onlyNamed, wantedMetrics } from '../../domain/metric.ts'
import type { StudyDefinition } from '../../domain/study.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { StudyStore } from '../ports/study-store.ts'
import { createTurns } from '../waiting/take-turns.ts'
import { createSnapshotCache, type SnapshotCache } from './snapshot-cache.ts'

// The first event alone says whether there is more to read.
const FIRST_READ = 1
const EVENTS_A_READ = 1000
// Some 100 MB where each has a curve of twenty steps.
const TRIALS_MAX = 50_000

type Journals = Pick<StudyStore, 'readEvents' | 'readSince'>

/**
 * Snapshots with the curves of the trials, of which only what a trial is judged by is kept, for studies that give trials up early;
 * of any other study there is its definition and nothing else.
 */
export function createCurveCache(store: Journals): SnapshotCache {
  const loadSnapshot = (id: StudyId, known?: StudySnapshot) => readOn(store, id, known)
  const cache = createSnapshotCache({ loadSnapshot }, TRIALS_MAX)
  // Many trials of a study report at once, and each is to go on from what the one before has read.
  const turns = createTurns()
  return { load: (id) => turns(id, () => cache.load(id)) }
}

async function readOn(
  store: Journals,
  id: StudyId,
  known: StudySnapshot | undefined,
): Promise<StudySnapshot> {
  let snapshot = known ?? (await readDefinition(store, id))
  while (snapshot.study.definition.pruner.kind !== 'none') {
    const events = await store.readSince(id, snapshot, EVENTS_A_READ)
    if (!events) return readOn(store, id, undefined)
    const { definition } = snapshot.study
    snapshot = applyEvents(
      snapshot,
      events.map((event) => ofWanted(event as Change, definition)),
    )
    if (events.length < EVENTS_A_READ) break
  }
  return snapshot
}

async function readDefinition(store: Journals, id: StudyId): Promise<StudySnapshot> {
  const { events } = await store.readEvents(id, 0, FIRST_READ)
  return applyEvent(undefined, events[0] as StudyEvent)
}

function ofWanted(event: Change, { metrics }: StudyDefinition): Change {
  if (event.type !== 'values-reported') return event
  const names = wantedMetrics(metrics)
  const reports = event.reports.map(({ step, metrics: told }) => ({ step, metrics: onlyNamed(names, told) }))
  return { ...event, reports }
}
