import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { packagePath } from '../../src/package-path.ts'
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

  it('ends when npm itself is asked to, as a supervisor does', async () => {
    const dataDir = temporaryFolder()
    const env = { ...process.env, HONE_DATA_DIR: dataDir, HONE_PORT: '0', REDIS_URL: '' }
    const npm = spawn('npm', ['start'], { env, cwd: packagePath(), stdio: ['ignore', 'ignore', 'pipe'] })
    onTestFinished(() => void npm.kill('SIGKILL'))
    for await (const part of npm.stderr.iterator({ destroyOnReturn: false }))
      if (String(part).includes('Ctrl-C stops it')) break

    npm.kill('SIGTERM')

    await expect.poll(() => processesOn(dataDir), { timeout: 20_000 }).toEqual([])
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

  it('answers others while it explains a large study', async () => {
    const { url } = await launchService(temporaryFolder())
    const names = Array.from({ length: 20 }, (_, i) => `x${i}`)
    const post = async (path: string, type: string, body: string) => {
      const answer = await fetch(`${url}/v1/studies${path}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      })
      expect(answer.status).toBe(201)
      return answer.text()
    }
    const created = await post(
      '',
      'application/json',
      JSON.stringify({
        trainer: { kind: 'external' },
        searchSpace: { parameters: names.map((name) => ({ name, type: 'float', min: -1, max: 1 })) },
        metrics: [{ name: 'loss', goal: 'minimize' }],
      }),
    )
    const { id } = JSON.parse(created)
    const known = Array.from({ length: 1000 }, (_, n) => {
      const params = Object.fromEntries(names.map((name, i) => [name, Math.sin(n * 12.9898 + i * 78.233)]))
      return JSON.stringify({ params, metrics: { loss: Math.sin(n) } })
    })
    await post(`/${id}/trials`, 'application/x-ndjson', known.join('\n'))

    let isExplained = false
    let others = 0
    const explanation = fetch(`${url}/v1/studies/${id}/partial-dependence`).finally(() => {
      isExplained = true
    })
    for (; !isExplained; others++) expect((await fetch(`${url}/v1/studies/${id}`)).status).toBe(200)

    expect((await explanation).status).toBe(200)
    expect(others).toBeGreaterThan(20)
  })

  it('takes its processes with it when it is killed', async () => {
    const dataDir = temporaryFolder()
    const service = await launchService(dataDir)

    process.kill(service.pid, 'SIGKILL')

    await expect.poll(() => processesOn(dataDir), { timeout: 20_000 }).toEqual([])
  })
})
