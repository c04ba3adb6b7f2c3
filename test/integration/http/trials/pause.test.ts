import { describe, expect, it } from 'vitest'
import { algebraNamed } from '../../../../src/algebra/best-algebra.ts'
import { parseStudyId } from '../../../../src/domain/ids.ts'
import { verifyStudy } from '../../../../src/services/verify/verify-study.ts'
import { withApp } from '../../../support/app.ts'
import { createExternalStudy, type ExternalStudy } from '../../../support/external-study.ts'

const app = withApp()
// So that nobody who cannot have the trial is given another one.
const ONE_AT_A_TIME = { limits: { parallel: 1 } }

const report = async (study: ExternalStudy, step: number) =>
  (await study.post('/trials/0:report', { step, metrics: { loss: 1 / step } }).expect(200)).body
const beat = async (study: ExternalStudy) => (await study.post('/trials/0:heartbeat').expect(200)).body
const stateOf = async (study: ExternalStudy) => (await study.get('/trials/0')).body.state

/** A study that is paused, and a trial whose worker has heard of it. */
async function paused(leaseMs?: number): Promise<ExternalStudy> {
  const study = await createExternalStudy(app(), ONE_AT_A_TIME)
  await study.ask({ worker: 'one', ...(leaseMs !== undefined && { leaseMs }) })
  await report(study, 1)
  await study.post(':pause').expect(200)
  expect(await report(study, 2)).toMatchObject({ decision: 'pause' })
  return study
}

describe('a paused study', () => {
  it('tells the workers of running trials to pause, and keeps what they report', async () => {
    const study = await createExternalStudy(app(), ONE_AT_A_TIME)
    await study.ask({ worker: 'one' })
    await study.post(':pause').expect(200)
    expect(await stateOf(study)).toBe('running')

    const answer = await report(study, 1)

    expect(answer).toEqual({
      decision: 'pause',
      reason: expect.stringContaining('paused'),
      lease: { token: '0-1', expiresAt: expect.any(String) },
    })
    expect((await study.get('/trials/0')).body).toMatchObject({
      state: 'paused',
      attempt: 1,
      curve: { step: [1] },
    })
    expect((await study.get()).body.trials).toMatchObject({ running: 0, paused: 1, queued: 0 })
    expect((await study.get('/trials?state=paused')).body.items).toHaveLength(1)
  })

  it('gives no trial to anybody', async () => {
    const study = await paused()

    for (const worker of ['one', 'two'])
      expect(await study.ask({ worker })).toEqual({ trials: [], state: 'paused' })
  })

  it('lets a worker that held on go on with the same attempt, once the study does', async () => {
    const study = await paused()
    expect(await beat(study)).toMatchObject({ decision: 'pause' })

    await study.post(':resume').expect(200)

    expect(await beat(study)).toMatchObject({ decision: 'continue', lease: { token: '0-1' } })
    expect(await stateOf(study)).toBe('running')
    expect(await report(study, 3)).toMatchObject({ decision: 'continue' })
    await study.post('/trials/0:tell', { state: 'completed', metrics: { loss: 1 } }).expect(200)
    const { body } = await study.get('/trials/0')
    expect(body).toMatchObject({ state: 'completed', attempt: 1, curve: { step: [1, 2, 3] } })
    const { difference } = await verifyStudy(app().deps.store, parseStudyId(study.id)!, algebraNamed)
    expect(difference).toBeUndefined()
  })

  it('gives the trial back to the worker that left and asks again, at once when the study goes on', async () => {
    const study = await paused()
    const asking = study.ask({ worker: 'one', waitMs: 20_000 })
    const other = await study.ask({ worker: 'two' })

    await study.post(':resume').expect(200)

    expect(other.trials).toEqual([])
    const { trials } = await asking
    expect(trials).toMatchObject([{ number: 0, state: 'running', attempt: 1, worker: 'one' }])
    expect((await study.ask({ worker: 'two' })).trials).toEqual([])
  })

  it('gives it to another worker when the lease has run out, and counts no crash', async () => {
    const study = await paused(1000)
    await study.post(':resume').expect(200)

    // Waits for the lease.
    const { trials } = await study.ask({ worker: 'two', waitMs: 20_000 })

    expect(trials).toMatchObject([{ number: 0, state: 'running', attempt: 2, worker: 'two' }])
    const { snapshots } = app().deps
    expect((await snapshots.load(parseStudyId(study.id)!)).trials[0]!.crashes).toBe(0)
  })

  it('takes what is told of a paused trial', async () => {
    const study = await paused()

    const { body } = await study.post('/trials/0:tell', { state: 'pruned', reason: 'enough' }).expect(200)

    expect(body).toMatchObject({ state: 'pruned', late: false })
  })

  it('cancels paused trials when it is stopped, and their workers hear of it', async () => {
    const study = await paused()

    const { body } = await study.post(':stop').expect(200)

    expect(body).toMatchObject({ state: 'completed', trials: { canceled: 1 } })
    expect(await beat(study)).toMatchObject({ decision: 'stop' })
  })

  it('gives a paused trial up at once when asked to', async () => {
    const study = await paused()

    await study.post('/trials/0:stop').expect(200)

    expect(await stateOf(study)).toBe('canceled')
  })
})
