import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { redisStatus } from '../../../src/launcher/redis-ping.ts'
import { type RedisServer, startRedisServer } from '../../../src/launcher/redis-server.ts'
import { packagePath } from '../../../src/package-path.ts'
import { connectRedis } from '../../../src/redis/connect.ts'

let folder: string
let servers: RedisServer[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hone-server-'))
  servers = []
})
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  rmSync(folder, { recursive: true, force: true })
})

async function start(dataDir: string): Promise<RedisServer> {
  const server = await startRedisServer({ dataDir })
  servers.push(server)
  return server
}

const socketOf = ({ url }: RedisServer) => url.slice('unix:'.length)

/** An executable that says it is some version of Redis. */
function aBinary(version: string): string {
  const path = join(folder, 'redis-server')
  writeFileSync(path, `#!/bin/sh\necho "Redis server v=${version} sha=0"\n`)
  chmodSync(path, 0o755)
  return path
}

describe('startRedisServer', () => {
  it('makes a private data directory, and the data outlive the server', async () => {
    const dataDir = join(folder, 'a', 'data')

    const first = await start(dataDir)
    const writer = connectRedis(first.url)
    await writer.set('kept', '1')
    writer.disconnect()
    await first.stop()
    const second = await start(dataDir)
    const reader = connectRedis(second.url)

    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
    expect(await reader.get('kept')).toBe('1')
    expect(await reader.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
    reader.disconnect()
  })

  it('shares a server that runs on this data directory, and leaves its end to its owner', async () => {
    const owner = await start(folder)

    const guest = await start(folder)
    await guest.stop()

    expect(guest).toMatchObject({ url: owner.url, pid: owner.pid, isReused: true })
    expect((await redisStatus(socketOf(owner))).state).toBe('ready')
  })

  it('starts one server when two ask at once', async () => {
    const both = await Promise.all([start(folder), start(folder)])

    expect(both[0].pid).toBe(both[1].pid)
    expect(both.filter(({ isReused }) => isReused)).toHaveLength(1)
  })

  it('takes the place of a server that was killed', async () => {
    const first = await start(folder)
    process.kill(first.pid!, 'SIGKILL')
    await first.exited

    const second = await start(folder)

    expect(second.isReused).toBe(false)
    expect(second.pid).not.toBe(first.pid)
  })

  it('finds a short path for the socket when the data directory has a long one', async () => {
    const server = await start(join(folder, 'x'.repeat(120)))

    expect(Buffer.byteLength(socketOf(server))).toBeLessThanOrEqual(107)
    expect((await redisStatus(socketOf(server))).state).toBe('ready')
    rmSync(join(socketOf(server), '..'), { recursive: true, force: true })
  })

  it('leaves no server behind when its process is killed', async () => {
    const script = `
      import { startRedisServer } from '${packagePath('src', 'launcher', 'redis-server.ts')}'
      console.log((await startRedisServer({ dataDir: '${folder}' })).url)`
    const file = packagePath('test', 'integration', 'redis', `start-${process.pid}.tmp.mts`)
    writeFileSync(file, script)
    const parent = spawn(process.execPath, ['--import', 'tsx', file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [url] = (await once(createInterface(parent.stdout), 'line')) as [string]
    rmSync(file)

    parent.kill('SIGKILL')

    const socket = url.slice('unix:'.length)
    await expect.poll(async () => (await redisStatus(socket)).state, { timeout: 5000 }).toBe('absent')
    expect((await start(folder)).isReused).toBe(false)
  })

  it('refuses an outdated server, and a binary that is none, in one line', async () => {
    const dataDir = join(folder, 'data')
    const old = startRedisServer({ dataDir, binary: aBinary('6.0.16') })
    const none = startRedisServer({ dataDir, binary: join(folder, 'nothing') })

    await expect(old).rejects.toThrow(
      'is version 6.0, but Redis >= 6.2 is needed: update it or set REDIS_URL.',
    )
    await expect(none).rejects.toThrow(/^HONE_REDIS_BIN: .*nothing is not a redis-server that can be run\.$/)
  })

  it('says why a server did not start, in one line', async () => {
    const binary = aBinary('7.0.0')

    const failed = startRedisServer({ dataDir: join(folder, 'data'), binary })

    await expect(failed).rejects.toThrow(/did not start on .*: see .*redis\.log$/)
  })
})
