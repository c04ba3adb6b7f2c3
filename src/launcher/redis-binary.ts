import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { packagePath } from '../package-path.ts'

export interface RedisBinary {
  readonly path: string
  /** What it needs in its environment. */
  readonly environment: Readonly<Record<string, string>>
}

// Streams, exact expiry after a restart and the commands of the queue: BullMQ asks for 6.2 too.
const VERSION_MIN = [6, 2] as const
const NAMES = ['redis-server', 'valkey-server', 'keydb-server']

/**
 * Finds a server that speaks the Redis protocol: the one asked for, one on the PATH, or the private copy that the
 * set-up unpacked into `.redis/`.
 *
 * @throws Error with one line that says what to do.
 */
export function findRedisBinary(wanted?: string): RedisBinary {
  const candidates = wanted ? [{ path: wanted, environment: {} }] : [...onThePath(), ...privateCopy()]
  const outdated: string[] = []
  for (const candidate of candidates) {
    const version = versionOf(candidate)
    if (!version) continue
    if (isRecent(version)) return candidate
    outdated.push(`${candidate.path} is version ${version.join('.')}`)
  }
  const want = `Redis >= ${VERSION_MIN.join('.')}`
  if (outdated.length > 0)
    throw new Error(`${outdated.join('; ')}, but ${want} is needed: update it or set REDIS_URL.`)
  if (wanted) throw new Error(`HONE_REDIS_BIN: ${wanted} is not a redis-server that can be run.`)
  throw new Error(`No ${want} found: \`apt-get install redis-server\`, set HONE_REDIS_BIN, or set REDIS_URL.`)
}

function onThePath(): RedisBinary[] {
  return NAMES.map((path) => ({ path, environment: {} }))
}

function privateCopy(): RedisBinary[] {
  const path = packagePath('.redis', 'usr', 'bin', 'redis-server')
  if (!existsSync(path)) return []
  const folders = ['lib', 'usr/lib'].flatMap((lib) => libraryFolders(packagePath('.redis', lib)))
  return [{ path, environment: { LD_LIBRARY_PATH: folders.join(':') } }]
}

/** Debian keeps libraries in a folder a platform, such as x86_64-linux-gnu. */
function libraryFolders(lib: string): string[] {
  if (!existsSync(lib)) return []
  return [
    lib,
    ...readdirSync(lib)
      .filter((name) => name.includes('-linux-'))
      .map((name) => join(lib, name)),
  ]
}

function versionOf({ path, environment }: RedisBinary): readonly [number, number] | undefined {
  const env = { ...process.env, ...environment }
  const { stdout, status } = spawnSync(path, ['--version'], { encoding: 'utf8', env, timeout: 5000 })
  const match = status === 0 ? /\bv=(\d+)\.(\d+)/.exec(stdout) : null
  return match ? [Number(match[1]), Number(match[2])] : undefined
}

function isRecent([major, minor]: readonly [number, number]): boolean {
  return major > VERSION_MIN[0] || (major === VERSION_MIN[0] && minor >= VERSION_MIN[1])
}
