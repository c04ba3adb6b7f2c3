import { setTimeout as delay } from 'node:timers/promises'
import { type Running, startProcess } from '../../../src/launcher/start-process.ts'

const SIZE = { api: 2, 'proposal-worker': 2, 'trial-worker': 4 } as const
type Role = keyof typeof SIZE
const ENTRIES: Readonly<Record<Role, string>> = {
  api: 'dist/src/server.js',
  'proposal-worker': 'dist/workers/proposal-worker.js',
  'trial-worker': 'dist/workers/trial-worker.js',
}
// As an orchestrator does that restarts always, without backing off: the more faults are felt.
const RESTART_MS = 100

/** The processes of a service with several of each, each started again when it ends. */
export interface Fleet {
  readonly members: readonly Member[]
  /** Of the replicas of the API. */
  urls(): readonly string[]
  stop(): Promise<void>
}

export interface Member {
  readonly name: string
  pid(): number | undefined
}

interface Kept extends Member {
  url(): string | undefined
  stop(): Promise<void>
}

export async function startFleet(environment: Readonly<Record<string, string>>): Promise<Fleet> {
  const roles = (Object.keys(SIZE) as Role[]).flatMap((role) =>
    Array.from({ length: SIZE[role] }, (_, i) => ({ role, name: `${role}-${i}` })),
  )
  const members = await Promise.all(roles.map(({ role, name }) => keep(role, name, environment)))
  return {
    members,
    urls: () => members.flatMap((member) => member.url() ?? []),
    stop: async () => {
      await Promise.all(members.map((member) => member.stop()))
    },
  }
}

async function keep(role: Role, name: string, environment: Readonly<Record<string, string>>): Promise<Kept> {
  let port = '0'
  let url: string | undefined
  let isStopping = false
  const start = async () => {
    const options = { name, entry: ENTRIES[role], output: 2, shutdownMs: 3000 }
    const process = await startProcess({ ...options, environment: { ...environment, HONE_PORT: port } })
    url = process.ready.url
    // A replica is known by its address, so this is where it comes back.
    if (url) port = new URL(url).port
    return process
  }
  let current: Running | undefined = await start()
  const watched = (async () => {
    while (!isStopping) {
      await current?.exited
      current = undefined
      await delay(RESTART_MS)
      // Killed while it started: the next one then.
      if (!isStopping) current = await start().catch(() => undefined)
    }
  })()
  return {
    name,
    pid: () => current?.pid,
    url: () => url,
    async stop() {
      isStopping = true
      await current?.stop()
      await watched
      await current?.stop()
    },
  }
}
