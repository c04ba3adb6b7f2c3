import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { launch, launchService, processesOn, temporaryFolder } from '../support/launched.ts'

describe('npm start', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('serves until %s, and leaves nothing behind', async (signal) => {
    const dataDir = temporaryFolder()
    const service = await launchService(dataDir)

    const answers = await Promise.all(
      ['/health/ready', '/docs/', '/openapi.json'].map((path) => fetch(`${service.url}${path}`)),
    )
    process.kill(service.pid, signal)

    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200])
    expect(await service.ended).toMatchObject({ code: 0 })
    expect(processesOn(dataDir)).toEqual([])
    expect(existsSync(join(dataDir, 'redis.sock'))).toBe(false)
  })

  it('refuses a data directory that is being served, and says where', async () => {
    const dataDir = temporaryFolder()
    const first = await launchService(dataDir)

    const second = await launch('start', dataDir).ended

    expect(second.code).toBe(1)
    expect(second.stderr).toContain(`already, on ${first.url}. Stop it with \`kill ${first.pid}\``)
    expect((await fetch(`${first.url}/health/ready`)).status).toBe(200)
    process.kill(first.pid, 'SIGTERM')
    await first.ended
  })

  it('takes its processes with it when it is killed', async () => {
    const dataDir = temporaryFolder()
    const service = await launchService(dataDir)

    process.kill(service.pid, 'SIGKILL')

    await expect.poll(() => processesOn(dataDir), { timeout: 20_000 }).toEqual([])
  })
})
