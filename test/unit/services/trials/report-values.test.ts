import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import type { StudyId } from '../../../../src/domain/ids.ts'
import type { Report } from '../../../../src/domain/trial.ts'
import type { ServiceDeps } from '../../../../src/services/deps.ts'
import { createReporter } from '../../../../src/services/trials/report-values.ts'

const LONG_MS = 1e9
const report = (step: number): Report => ({ step, metrics: { loss: 1 / step } })

function aReporter(order = {}) {
  const sent: number[][] = []
  const reportValues = async (
    _id: StudyId,
    _number: number,
    _attempt: number,
    reports: readonly Report[],
  ) => {
    sent.push(reports.map(({ step }) => step))
    return order
  }
  const deps = { store: { reportValues } } as unknown as ServiceDeps
  const [stop, pause, abort] = [vi.fn(), vi.fn(), new AbortController()]
  const stored = vi.fn(async () => {})
  const reporter = createReporter(deps, 'st' as StudyId, 0, 1, abort.signal, { stop, pause, stored }, LONG_MS)
  return { reporter, sent, stop, pause, abort }
}

describe('createReporter', () => {
  it('sends the first report at once, and those that follow closely together, at the end at the latest', async () => {
    const { reporter, sent } = aReporter()

    reporter.push(report(1))
    await vi.waitFor(() => expect(sent).toEqual([[1]]))
    reporter.push(report(2))
    await turn()
    reporter.push(report(3))
    expect(await reporter.drain()).toBe(true)

    expect(sent).toEqual([[1], [2, 3]])
  })

  it('sends what it has when the training is aborted', async () => {
    const { reporter, sent, abort } = aReporter()

    reporter.push(report(1))
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    reporter.push(report(2))
    abort.abort('shutdown')

    await vi.waitFor(() => expect(sent).toEqual([[1], [2]]))
  })

  it.each([
    [{ stop: 'trial' }, { stop: [['trial-stopped']], pause: [] }],
    [{ stop: 'study' }, { stop: [['study-stopping']], pause: [] }],
    [{ pause: true }, { stop: [], pause: [[]] }],
  ])('passes the order %j on', async (order, calls) => {
    const { reporter, stop, pause } = aReporter(order)

    reporter.push(report(1))
    await reporter.drain()

    expect({ stop: stop.mock.calls, pause: pause.mock.calls }).toEqual(calls)
  })
})
