import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'
import type { StudyEvent } from '../../src/domain/events.ts'
import type { StudyId } from '../../src/domain/ids.ts'
import { propose } from '../../src/optimizer/propose.ts'
import { studyKeys } from '../../src/redis/keys.ts'
import { createSnapshotCache } from '../../src/services/snapshots/snapshot-cache.ts'
import type { Service } from './service.ts'

/** Trials finished a second, from the first start to the last end. */
export function trialsPerSecond(journal: readonly StudyEvent[]): number {
  const times = journal.map(({ at }) => Date.parse(at))
  const ends = journal.filter(({ type }) => type === 'trial-finished').length
  return (1000 * ends) / (times.at(-1)! - times[0]!)
}

/**
 * Milliseconds from one end to the next of a study with one trial at a time: all of it is ours, the trial is free. By the
 * clock of this program, which hears of each event as it is written: the journal's clock has whole milliseconds.
 */
export async function latenciesMs(
  { redis, store, createStudy, untilCompleted }: Service,
  trials: number,
): Promise<{ study: StudyId; latencies: number[] }> {
  const ear = redis.duplicate()
  const heardAt = new Map<string, number>()
  ear.on('pmessage', (_, channel: string, entry: string) =>
    heardAt.set(`${channel} ${Number.parseInt(entry, 10)}`, performance.now()),
  )
  await ear.psubscribe('hone:*')
  const study = await createStudy(trials, 1)
  await untilCompleted(study)
  ear.disconnect()
  const { journal: channel } = studyKeys('hone', study)
  const ends = (await store.readJournal(study)).flatMap(({ type }, i) =>
    type === 'trial-finished' ? heardAt.get(`${channel} ${i + 1}`)! : [],
  )
  return { study, latencies: ends.slice(1).map((at, i) => at - ends[i]!) }
}

// As many clients that keep their connection; more that ask at once wait, and the wait counts.
const CONNECTIONS = 64

/** Milliseconds of each of `count` requests, sent at a fixed rate whether or not the earlier ones are answered. */
export async function requestsMs(url: string, count: number, aSecond: number): Promise<number[]> {
  const { origin, pathname, search } = new URL(url)
  const pool = new Pool(origin, { connections: CONNECTIONS })
  const startedAt = performance.now()
  const requests = []
  for (let i = 0; i < count; i++) {
    const due = startedAt + (1000 * i) / aSecond
    if (due > performance.now()) await delay(due - performance.now())
    requests.push(requestMs(pool, pathname + search, due))
  }
  return Promise.all(requests).finally(() => pool.destroy())
}

/** From when it was due: a sender that falls behind must not flatter the service. */
async function requestMs(pool: Pool, path: string, due: number): Promise<number> {
  const { statusCode, body } = await pool.request({ method: 'GET', path })
  await body.arrayBuffer()
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`)
  return performance.now() - due
}

// Written at once by fillStudy, which is then busy with Redis and not with waiting for it.
const FILLED_AT_ONCE = 200

/** A study with as many finished trials, written straight to the store. Its limits.parallel must be FILLED_AT_ONCE or more. */
export async function fillStudy({ store }: Service, id: StudyId, trials: number): Promise<void> {
  const origin = { sampler: 'random', version: 1, phase: 'model', revision: 1 } as const
  for (let first = 0; first < trials; first += FILLED_AT_ONCE) {
    const numbers = Array.from({ length: Math.min(FILLED_AT_ONCE, trials - first) }, (_, i) => first + i)
    const proposals = numbers.map(() => ({ params: { x0: Math.random(), x1: Math.random() }, origin }))
    await store.commitProposals(id, first, proposals)
    await Promise.all(numbers.map((number) => store.startTrial(id, number, 'some-host-12345')))
    const outcome = () => ({ state: 'completed', metrics: { value: Math.random() } }) as const
    await Promise.all(numbers.map((number) => store.finishTrial(id, number, 1, outcome())))
  }
}

/** Milliseconds of each of some proposals, from the look at the study to its commit; the first reads the study whole. */
export async function proposalsMs({ store }: Service, id: StudyId, count: number): Promise<number[]> {
  const snapshots = createSnapshotCache(store)
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const startedAt = performance.now()
    const snapshot = await snapshots.load(id)
    const proposal = propose(snapshot, snapshot.trials.length)
    if (proposal === 'exhausted') throw new Error('The space is used up.')
    await store.commitProposals(id, snapshot.trials.length, [proposal])
    times.push(performance.now() - startedAt)
  }
  return times
}

export function quantileMs(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
}
