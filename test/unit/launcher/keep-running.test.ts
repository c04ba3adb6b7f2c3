import { describe, expect, it } from 'vitest'
import { keepRunning } from '../../../src/launcher/keep-running.ts'
import type { Running } from '../../../src/launcher/start-process.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** Something that runs until the test says otherwise. */
class Runner implements Running {
  readonly pid: number
  end: (how: string) => void = () => {}
  readonly exited = new Promise<string>((resolve) => {
    this.end = resolve
  })

  constructor(pid: number) {
    this.pid = pid
  }

  async stop(): Promise<void> {
    this.end('stopped')
  }
}

/** A start function that remembers what it started and can be made to fail. */
function starter() {
  const started: Runner[] = []
  const failures: Error[] = []
  const start = async () => {
    const failure = failures.pop()
    if (failure) throw failure
    const runner = new Runner(started.length + 1)
    started.push(runner)
    return runner
  }
  return { started, failures, start }
}

describe('keepRunning', () => {
  it('starts again what ends', async () => {
    const { started, start } = starter()
    const kept = await keepRunning('x', start, silent)

    started[0]!.end('SIGKILL')
    await expect.poll(() => kept.pid()).toBe(2)
    started[1]!.end('SIGKILL')

    await expect.poll(() => kept.pid()).toBe(3)
    await kept.stop()
  })

  it('tries again when a restart fails', async () => {
    const { started, failures, start } = starter()
    const kept = await keepRunning('x', start, silent)

    failures.push(new Error('not yet'))
    started[0]!.end('SIGKILL')

    await expect.poll(() => kept.pid()).toBe(2)
    await kept.stop()
  })

  it('gives up when the first start fails', async () => {
    const { failures, start } = starter()
    failures.push(new Error('never'))

    await expect(keepRunning('x', start, silent)).rejects.toThrow('never')
  })

  it('starts nothing any more once it is stopped', async () => {
    const { started, start } = starter()
    const kept = await keepRunning('x', start, silent)

    await kept.stop()

    expect(await started[0]!.exited).toBe('stopped')
    expect(started).toHaveLength(1)
  })

  it('stops what was being started when the stop came', async () => {
    const { started, start } = starter()
    let release = () => {}
    let isSecond = false
    const kept = await keepRunning(
      'x',
      async () => {
        const runner = await start()
        if (isSecond) await new Promise<void>((resolve) => (release = resolve))
        isSecond = true
        return runner
      },
      silent,
    )
    started[0]!.end('SIGKILL')
    await expect.poll(() => started.length).toBe(2)

    const stopped = kept.stop()
    release()
    await stopped

    expect(await started[1]!.exited).toBe('stopped')
  })
})
