import { writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Queue } from 'bullmq'
import type { Random } from '../../../src/math/random.ts'
import { JOB_OPTIONS } from '../../../src/queue/names.ts'
import { LOCK_MS, type World } from './world.ts'

const HOUR_MS = 60 * 60 * 1000

/** Something bad that is over again when it resolves. */
export type Fault = (world: World, random: Random) => Promise<void>

/** What can happen, and how often of a hundred times. */
const FAULTS: readonly { readonly name: string; readonly weight: number; readonly inflict: Fault }[] = [
  { name: 'kill a process', weight: 24, inflict: killOne },
  { name: 'kill Redis', weight: 5, inflict: async ({ killRedis }) => killRedis() },
  { name: 'kill everything', weight: 2, inflict: killAll },
  { name: 'freeze a process', weight: 14, inflict: freezeOne },
  { name: 'move a clock', weight: 5, inflict: moveClock },
  { name: 'cut the connections', weight: 10, inflict: async ({ proxy }) => proxy.cut() },
  { name: 'forget the connections', weight: 2, inflict: async ({ proxy }) => proxy.forget() },
  {
    name: 'refuse connections',
    weight: 8,
    inflict: ({ proxy }, random) => during(proxy.refuse, proxy.restore, random),
  },
  {
    name: 'black-hole the connections',
    weight: 7,
    inflict: ({ proxy }, random) => during(proxy.block, proxy.restore, random),
  },
  { name: 'slow the connections', weight: 7, inflict: slow },
  { name: 'fill the memory', weight: 3, inflict: fillMemory },
  { name: 'flush the scripts', weight: 4, inflict: async ({ redis }) => void (await redis.script('FLUSH')) },
  { name: 'double a job', weight: 7, inflict: doubleJob },
  { name: 'drop a job', weight: 7, inflict: dropJob },
]
const CHANCES = FAULTS.flatMap((fault) => Array<typeof fault>(fault.weight).fill(fault))

/** Inflicts one fault and waits until it is over. @returns its name. */
export async function inflictFault(world: World, random: Random): Promise<string> {
  const { name, inflict } = random.pick(CHANCES)
  // A fault that finds Redis dead from the one before has come too late to do more harm.
  await inflict(world, random).catch(() => {})
  return name
}

async function killOne({ fleet }: World, random: Random): Promise<void> {
  signal(random.pick(fleet.members).pid(), 'SIGKILL')
}

async function killAll({ fleet, killRedis }: World): Promise<void> {
  for (const { pid } of fleet.members) signal(pid(), 'SIGKILL')
  killRedis()
}

/** Beyond its lock, so that others take over what it holds and it wakes up to a world that has gone on. */
async function freezeOne({ fleet }: World, random: Random): Promise<void> {
  const pid = random.pick(fleet.members).pid()
  signal(pid, 'SIGSTOP')
  await delay(LOCK_MS * (1.2 + random.uniform()))
  signal(pid, 'SIGCONT')
}

/** By up to an hour, forth or back, for as long as the process lives. */
async function moveClock({ fleet, clockFile }: World, random: Random): Promise<void> {
  writeFileSync(clockFile, String(Math.round(HOUR_MS * (2 * random.uniform() - 1))))
  signal(random.pick(fleet.members).pid(), 'SIGUSR2')
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name)
  } catch {
    // It has just ended by another fault.
  }
}

/** For up to two locks. */
async function during(begin: () => void, end: () => void, random: Random): Promise<void> {
  begin()
  await delay(2 * LOCK_MS * random.uniform())
  end()
}

async function slow({ proxy }: World, random: Random): Promise<void> {
  proxy.slow(1 + random.int(100))
  await delay(2 * LOCK_MS * random.uniform())
  proxy.restore()
}

async function fillMemory({ redis }: World, random: Random): Promise<void> {
  await redis.config('SET', 'maxmemory', '1')
  await delay(LOCK_MS * random.uniform())
  await redis.config('SET', 'maxmemory', '0')
}

/** The same work once more under another id, so that two workers hold it at once. */
async function doubleJob({ queues }: World, random: Random): Promise<void> {
  const queue = random.pick(Object.values(queues))
  const job = await someJob(queue, random)
  if (job?.data)
    await queue.add(job.name, job.data, { ...JOB_OPTIONS, jobId: `${job.id}-again-${random.bits32()}` })
}

/** Gone from wherever it is, even from under the worker that handles it. */
async function dropJob({ queues, redis }: World, random: Random): Promise<void> {
  const queue = random.pick(Object.values(queues))
  const id = (await someJob(queue, random))?.id
  if (id === undefined) return
  const lists = [queue.keys.active!, queue.keys.wait!]
  await Promise.all(lists.map((list) => redis.lrem(list, 0, id)))
  await redis.zrem(queue.keys.delayed!, id)
  await redis.del(queue.toKey(id), `${queue.toKey(id)}:lock`)
}

async function someJob(queue: Queue, random: Random) {
  const jobs = (await queue.getJobs(['active', 'waiting', 'delayed'])).filter(Boolean)
  return jobs.length > 0 ? random.pick(jobs) : undefined
}
