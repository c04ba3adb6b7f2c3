import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { newStudyId, type StudyId } from '../../src/domain/ids.ts'
import type { StudyDefinition } from '../../src/domain/study.ts'
import { fillStudy, quantileMs } from './measures.ts'
import type { Service } from './service.ts'

const TRIALS = 300
const REPORTS = 5000
// Metrics of each, and how many come together: ten where epochs are short.
const KINDS_OF_REPORTS = [
  [1, 10],
  [1, 1],
  [3, 10],
  [3, 1],
] as const
const POLL_MS = 20
const FILLED = 20_000
// As many as a stream of events reads at a time, from as many places of the journal's older half.
const EVENTS_A_READ = 50
const READS = 500

/** What Redis keeps of trials and of what they reported, once housekeeping has been there. */
export async function measureMemory(service: Service): Promise<Record<string, number>> {
  const figures: Record<string, number> = {}
  const id = await service.createStudy(TRIALS, 1)
  await service.untilCompleted(id)
  figures['bytes of Redis a finished trial'] = await bytesOfFinishedTrial(service, id)
  await measureReports(service, figures)
  await measureHistory(service, figures)
  return figures
}

/** Of a study that is over; waits until it is off the list of open ones, which it is once its journal is put away. */
export async function bytesOfFinishedTrial(service: Service, id: StudyId): Promise<number> {
  while (await service.store.isOpen(id)) await delay(POLL_MS)
  const { counts } = await service.store.getStudy(id)
  return (await bytesOf(service, id)) / counts.completed
}

/** Of all keys of a study, the whole of each looked at. */
export async function bytesOf({ redis }: Service, id: StudyId): Promise<number> {
  const keys = await redis.keys(`hone:{${id}}:*`)
  const sizes = await Promise.all(keys.map((key) => redis.memory('USAGE', key, 'SAMPLES', 0)))
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)
}

/**
 * One trial's, beside those of a trial that reports nothing: when its study is over, while it runs, and what they would be
 * if old events stayed as they came.
 */
export async function measureReports(service: Service, figures: Record<string, number>): Promise<void> {
  const definition = await aDefinition(service)
  const bare = await bytesOfReports(service, definition, 0, 0)
  for (const [metrics, together] of KINDS_OF_REPORTS) {
    const bytes = await bytesOfReports(service, definition, metrics, together)
    const kind = `${metrics} a report, ${together} reports a round trip`
    const values = REPORTS * metrics
    figures[`bytes of Redis a value, ${kind}`] = (bytes.over - bare.over) / values
    figures[`bytes of Redis a value, ${kind}, study running`] = (bytes.running - bare.running) / values
    figures[`bytes of Redis a value, ${kind}, all as it came`] = (bytes.asItCame - bare.asItCame) / values
  }
}

async function aDefinition({ store, createStudy }: Service): Promise<StudyDefinition> {
  return (await store.getStudy(await createStudy(1, 1))).study.definition
}

/** Nobody is to work on it but this program, which does what a sweep does of the others. */
async function createOwnStudy(
  { store }: Service,
  definition: StudyDefinition,
  trials: number,
  parallel: number,
): Promise<StudyId> {
  const id = newStudyId(randomBytes(16))
  await store.createStudy(id, { ...definition, limits: { trials, parallel } })
  await store.closeStudy(id)
  return id
}

/** Of a study of one trial. @param together reports that come in one round trip; 0: there are none. */
async function bytesOfReports(
  service: Service,
  definition: StudyDefinition,
  metrics: number,
  together: number,
): Promise<{ asItCame: number; running: number; over: number }> {
  const { store } = service
  const id = await createOwnStudy(service, definition, 2, 1)
  await reportTrial(service, id, metrics, together)
  const asItCame = await bytesOf(service, id)
  await store.archiveJournal(id)
  const running = await bytesOf(service, id)
  await store.stopStudy(id, { code: 'stopped', message: 'It has reported enough.' })
  await store.archiveJournal(id)
  return { asItCame, running, over: await bytesOf(service, id) }
}

async function reportTrial(
  { store }: Service,
  id: StudyId,
  metrics: number,
  together: number,
): Promise<void> {
  const origin = { sampler: 'random', version: 1, phase: 'model', revision: 1 } as const
  await store.commitProposals(id, 0, [{ params: { x0: Math.random(), x1: Math.random() }, origin }])
  await store.startTrial(id, 0, 'some-host-12345')
  const measured = () => Array.from({ length: metrics }, (_, i) => [`metric${i}`, Math.random()])
  for (let first = 1; together > 0 && first <= REPORTS; first += together) {
    const reports = Array.from({ length: together }, (_, i) => ({
      step: first + i,
      metrics: Object.fromEntries(measured()),
    }))
    await store.reportValues(id, 0, 1, reports)
  }
  await store.finishTrial(id, 0, 1, { state: 'completed', metrics: { value: Math.random() } })
}

/** What many trials take, and how long it takes to read some of their events, as they came and put away. */
async function measureHistory(service: Service, figures: Record<string, number>): Promise<void> {
  const { store } = service
  const id = await createOwnStudy(service, await aDefinition(service), FILLED + 1, 1000)
  await fillStudy(service, id, FILLED)
  const measure = async (how: string) => {
    figures[`bytes of Redis a trial, ${FILLED} trials, ${how}`] = (await bytesOf(service, id)) / FILLED
    for (const events of [1, EVENTS_A_READ]) {
      const times = await readsMs(service, id, events)
      figures[`ms to read ${events} of its old events, ${how}, p50`] = quantileMs(times, 0.5)
      figures[`ms to read ${events} of its old events, ${how}, p99`] = quantileMs(times, 0.99)
    }
  }
  await measure('all as it came')
  const startedAt = performance.now()
  await store.archiveJournal(id)
  figures['ms to put a thousand of its events away'] = (1000 * (performance.now() - startedAt)) / (3 * FILLED)
  await measure('study running')
}

/** Of reads of so many events that follow one another; the first of them find nothing compiled and are not counted. */
async function readsMs({ store }: Service, id: StudyId, events: number): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < 2 * READS; i++) {
    const startedAt = performance.now()
    await store.readEvents(id, Math.floor(1.5 * FILLED * Math.random()), events)
    times.push(performance.now() - startedAt)
  }
  return times.slice(READS)
}
