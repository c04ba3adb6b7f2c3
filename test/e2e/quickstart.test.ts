import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { startStack } from '../../src/launcher/stack.ts'
import { createClient } from '../../src/quickstart/client.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { launch, launchService, processesOn, temporaryFolder } from '../support/launched.ts'

const SMALL = ['--dataset', 'iris', '--trials', '6', '--seed', '3', '--json']

const SOON = { timeout: 20_000 }

interface Summary {
  study: string
  trials: number
  bestTrial: { number: number; params: object; metrics: Record<string, number> }
  test: { accuracy: number }
  seconds: number
}

function lastLine(stdout: string): Summary {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!)
}

/** The trials of studies, without what differs between two runs by nature: times, workers, revisions. */
async function trialsOf(dataDir: string, studies: readonly string[]) {
  const stack = await startStack(
    loadConfig({ HONE_DATA_DIR: dataDir, HONE_PORT: '0', HONE_LOG_LEVEL: 'silent' }),
    {
      logger: createLogger('launcher', 'silent'),
      output: 1,
    },
  )
  onTestFinished(() => stack.stop())
  const client = createClient(stack.url, new AbortController().signal)
  const lists = await Promise.all(studies.map((study) => client.listCompleted(study)))
  return lists.map((trials) =>
    trials.map(({ number, params, metrics, seed }) => ({ number, params, metrics, seed })),
  )
}

describe('npm run quickstart', () => {
  it('ends with one line of JSON, leaves nothing running, and keeps the study', async () => {
    const dataDir = temporaryFolder()

    const first = await launch('quickstart', dataDir, ...SMALL).ended

    expect(first).toMatchObject({ code: 0 })
    const summary = lastLine(first.stdout)
    expect(summary).toMatchObject({ study: expect.stringMatching(/^st_/), trials: 6 })
    expect(summary.bestTrial.metrics).toHaveProperty('validationLoss')
    expect(summary.test.accuracy).toBeGreaterThan(0.5)
    expect(summary.test.accuracy).toBeLessThanOrEqual(1)
    expect(first.stdout).toMatch(/curl http/)
    expect(processesOn(dataDir)).toEqual([])
    expect(existsSync(join(dataDir, 'redis.sock'))).toBe(false)
  })

  it('gives the same trials for the same seed, and finds the earlier study', async () => {
    const dataDir = temporaryFolder()

    const first = await launch('quickstart', dataDir, ...SMALL).ended
    const second = await launch('quickstart', dataDir, ...SMALL).ended

    const studies = [first, second].map(({ stdout }) => lastLine(stdout).study)
    expect(second.stderr).toContain('1 earlier study is here')
    expect(second.stderr).toContain(studies[0])
    const [a, b] = await trialsOf(dataDir, studies)
    expect(a).toHaveLength(6)
    expect(b).toEqual(a)
  })

  it('begins with what an earlier study found best, if that is wanted', async () => {
    const dataDir = temporaryFolder()

    const first = await launch('quickstart', dataDir, ...SMALL).ended
    const second = await launch(
      'quickstart',
      dataDir,
      '--dataset',
      'wine',
      '--trials',
      '6',
      '--warm-start',
      '--json',
    ).ended

    expect(second.stderr).toMatch(/begins with \d settings? that did well in the earlier study/)
    const [earlier, begun] = await trialsOf(
      dataDir,
      [first, second].map(({ stdout }) => lastLine(stdout).study),
    )
    expect(earlier!.map(({ params }) => params)).toContainEqual(begun![0]!.params)
  })

  it('gives trials up early, if that is wanted, and says how many', async () => {
    const run = launch('quickstart', temporaryFolder(), '--dataset', 'spirals', '--trials', '40', '--prune')

    const { code, stdout } = await run.ended

    expect(code).toBe(0)
    expect(stdout).toMatch(/\d+ trials were given up early\./)
  })

  it('stops everything on Ctrl-C, and the study goes on with npm start', async () => {
    const dataDir = temporaryFolder()
    const run = launch('quickstart', dataDir, '--dataset', 'digits', '--trials', '400')
    const output = await run.until(/ [1-9]\d*\/400 trials/)

    process.kill(run.pid, 'SIGINT')

    expect(await run.ended).toMatchObject({ code: 130, stderr: expect.stringContaining('npm start') })
    expect(processesOn(dataDir)).toEqual([])
    const study = /st_\w+/.exec(output)![0]
    const service = await launchService(dataDir)
    const client = createClient(service.url, new AbortController().signal)
    const finished = (await client.listCompleted(study)).length
    await expect.poll(async () => (await client.listCompleted(study)).length, SOON).toBeGreaterThan(finished)
    process.kill(service.pid, 'SIGINT')
    expect(await service.ended).toMatchObject({ code: 0 })
  })

  it('leaves the service up with --keep, which the next one uses', async () => {
    const dataDir = temporaryFolder()

    const first = await launch('quickstart', dataDir, ...SMALL, '--keep').ended
    const pid = Number(/kill (\d+)/.exec(first.stdout)?.[1])
    onTestFinished(() => void process.kill(pid, 'SIGKILL'))
    const second = await launch('quickstart', dataDir, ...SMALL).ended

    expect(second.stdout).toContain(`kill ${pid}`)
    expect(second.stderr).toContain(lastLine(first.stdout).study)
    process.kill(pid, 'SIGTERM')
    await expect.poll(() => processesOn(dataDir), SOON).toEqual([])
  })

  it.each([
    [['--bogus'], "Unknown option '--bogus'"],
    [['--trials', 'many'], '--trials must be a whole number'],
    [['extra'], "Unexpected argument 'extra'"],
  ])('answers %j in one line', async (args, complaint) => {
    const dataDir = temporaryFolder()

    const { code, stdout, stderr } = await launch('quickstart', dataDir, ...args).ended

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(complaint)])
  })

  it('passes on what the service finds wrong, and stops it', async () => {
    const dataDir = temporaryFolder()

    const { code, stderr } = await launch('quickstart', dataDir, '--dataset', 'atlantis').ended

    expect(code).toBe(1)
    expect(stderr).toContain('atlantis')
    expect(processesOn(dataDir)).toEqual([])
  })
})
