import { setTimeout as delay } from 'node:timers/promises'
import { type StudyId, trialId } from '../../../src/domain/ids.ts'
import { isStudyFinished } from '../../../src/domain/study.ts'
import { Random } from '../../../src/math/random.ts'
import { studyKeys } from '../../../src/redis/keys.ts'
import { inflictFault } from './faults.ts'
import { addVerdicts, judgeStudy, NO_VERDICT, type Verdict } from './judge.ts'
import { chaosStudies } from './studies.ts'
import { ARCHIVE_EVENTS, startWorld, type World } from './world.ts'

export interface ChaosOptions {
  readonly seed: number
  readonly faults: number
  readonly trials: number
  /** Told of every fault. */
  readonly log?: (line: string) => void
}

export interface ChaosResult extends Verdict {
  readonly studies: number
  readonly faults: Readonly<Record<string, number>>
  readonly seconds: number
}

const PAUSE_MS_MAX = 400
// Far more than the work that is left when the last fault is over; what takes longer never ends.
const SETTLE_MS_MAX = 180_000
const POLL_MS = 100

/**
 * Runs studies on a whole service while faults are inflicted on it, waits for the studies' ends and judges them. The
 * seed gives the faults and the studies; when they meet is up to the machine.
 */
export async function runChaos({ seed, faults, trials, log }: ChaosOptions): Promise<ChaosResult> {
  const startedAt = performance.now()
  const random = Random.fromSeed(seed)
  const world = await startWorld()
  try {
    const counts = await inflictAll(world, faults, chaosStudies(trials, random.fork('studies')), random, log)
    const ids = await allStudies(world)
    const unfinished = await settle(world, ids)
    const verdict = await judgeAll(world, ids)
    const violations = [
      ...verdict.violations,
      ...unfinished,
      ...(await zombies(world)),
      ...(await asTheyCame(world, ids)),
    ]
    const seconds = (performance.now() - startedAt) / 1000
    return { ...verdict, violations, studies: ids.length, faults: counts, seconds }
  } finally {
    await world.close()
  }
}

/** Spreads the studies over the faults, so that there is work in flight for each. @returns how often each came. */
async function inflictAll(
  world: World,
  faults: number,
  studies: readonly object[],
  random: Random,
  log: (line: string) => void = () => {},
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const created: Promise<void>[] = []
  for (let done = 0; done < faults; done++) {
    const due = Math.ceil(((done + 1) / faults) * studies.length)
    for (const study of studies.slice(created.length, due)) created.push(create(world, study, random))
    await delay(PAUSE_MS_MAX * random.uniform())
    const name = await inflictFault(world, random)
    log(`fault ${done + 1}: ${name}`)
    counts[name] = (counts[name] ?? 0) + 1
  }
  await Promise.all(created)
  return counts
}

/** Asks one replica after the other until one says that the study is there. */
async function create({ fleet }: World, study: object, random: Random): Promise<void> {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(study),
  }
  for (;;) {
    const answer = await fetch(`${random.pick(fleet.urls())}/v1/studies`, request).catch(() => undefined)
    if (answer?.ok) return
    if (answer && answer.status !== 503) throw new Error(`${answer.status} ${await answer.text()}`)
    await delay(POLL_MS)
  }
}

/** Also those whose creation was answered with an error although it had been done. */
async function allStudies({ store }: World): Promise<StudyId[]> {
  const { items } = await store.listStudies({ limit: 10_000 })
  return items.map(({ study }) => study.id)
}

/** @returns what did not come to its end. */
async function settle(world: World, ids: readonly StudyId[]): Promise<string[]> {
  const { store } = world
  const deadline = performance.now() + SETTLE_MS_MAX
  let open = [...ids]
  while (open.length > 0 && performance.now() < deadline) {
    await delay(POLL_MS)
    const records = await Promise.all(open.map((id) => store.getStudy(id)))
    const needsTest = ({ study }: (typeof records)[number]) =>
      study.definition.trainer.kind === 'mlp' && study.bestTrial !== undefined && !study.test
    open = records
      .filter((record) => !isStudyFinished(record.study.state) || needsTest(record))
      .map(({ study }) => study.id)
  }
  return Promise.all(open.map((id) => describeUnfinished(world, id)))
}

/** What to look at to tell a slow study from a stuck one: its latest events, and what the queue has of its trials. */
async function describeUnfinished({ store, queues }: World, id: StudyId): Promise<string> {
  const { study, counts, revision } = await store.getStudy(id)
  const { events } = await store.readEvents(id, Math.max(0, revision - 3), 3)
  const inFlight = await store.inFlight(id)
  const jobs = await Promise.all(
    inFlight.map(
      async ({ number, state }) =>
        `${number} ${state}: ${await queues.trials.getJobState(trialId(id, number))}`,
    ),
  )
  const last = events.map(({ at, type }) => `${at} ${type}`)
  const details = JSON.stringify({ state: study.state, counts, now: new Date(), last, jobs })
  return `${id} (${study.definition.name}) did not come to its end: ${details}`
}

/** One after the other: to propose everything again keeps this process from hearing what Redis answers. */
async function judgeAll({ store }: World, ids: readonly StudyId[]): Promise<Verdict> {
  let verdict = NO_VERDICT
  for (const id of ids) verdict = addVerdicts(verdict, await judgeStudy(store, id))
  return verdict
}

/** Jobs and open studies that nobody gets rid of, although there is nothing left to do. */
async function zombies({ store, queues }: World): Promise<string[]> {
  const deadline = performance.now() + SETTLE_MS_MAX
  for (;;) {
    const jobs = await Promise.all(Object.values(queues).map((queue) => queue.getJobCountByTypes()))
    const { size: open } = await store.listOpenStudies()
    const left = jobs.reduce((a, b) => a + b)
    if (left + open === 0) return []
    if (performance.now() > deadline) return [`${left} jobs and ${open} open studies are left over`]
    await delay(POLL_MS)
  }
}

/** Studies that are closed although old events of theirs are not put away. */
async function asTheyCame({ redis }: World, ids: readonly StudyId[]): Promise<string[]> {
  const lengths = await Promise.all(ids.map((id) => redis.xlen(studyKeys('hone', id).journal)))
  return ids.flatMap((id, i) =>
    lengths[i]! < ARCHIVE_EVENTS ? [] : [`${id}: ${lengths[i]} events are not put away`],
  )
}
