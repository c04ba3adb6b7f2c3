import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { newStudyId, type StudyId } from '../../src/domain/ids.ts'
import type { StudyDefinition } from '../../src/domain/study.ts'
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

/** What Redis keeps of trials and of what they reported, once housekeeping has been there. */
export async function measureMemory(service: Service): Promise<Record<string, number>> {
  const figures: Record<string, number> = {}
  const id = await service.createStudy(TRIALS, 1)
  await service.untilCompleted(id)
  figures['bytes of Redis a finished trial'] = await bytesOfFinishedTrial(service, id)
  await measureReports(service, figures)
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

/** One trial's, beside those of a trial that reports nothing: while its study runs and when it is over. */
export async function measureReports(service: Service, figures: Record<string, number>): Promise<void> {
  const { study } = await service.store.getStudy(await service.createStudy(1, 1))
  const bare = await bytesOfReports(service, study.definition, 0, 0)
  for (const [metrics, together] of KINDS_OF_REPORTS) {
    const bytes = await bytesOfReports(service, study.definition, metrics, together)
    const kind = `${metrics} a report, ${together} reports a round trip`
    const values = REPORTS * metrics
    figures[`bytes of Redis a value, ${kind}`] = (bytes.over - bare.over) / values
    figures[`bytes of Redis a value, ${kind}, study running`] = (bytes.running - bare.running) / values
  }
}

/** Of a study of one trial. @param together reports that come in one round trip; 0: there are none. */
async function bytesOfReports(
  service: Service,
  definition: StudyDefinition,
  metrics: number,
  together: number,
): Promise<{ running: number; over: number }> {
  const { store } = service
  const id = newStudyId(randomBytes(16))
  await store.createStudy(id, { ...definition, limits: { trials: 2, parallel: 1 } })
  // Nobody is to work on it but this program, which does what a sweep does of the others.
  await store.closeStudy(id)
  await reportTrial(service, id, metrics, together)
  await store.archiveJournal(id)
  const running = await bytesOf(service, id)
  await store.stopStudy(id, { code: 'stopped', message: 'It has reported enough.' })
  await store.archiveJournal(id)
  return { running, over: await bytesOf(service, id) }
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
