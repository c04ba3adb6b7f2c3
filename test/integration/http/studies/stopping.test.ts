import { describe, expect, it } from 'vitest'
import { withApp } from '../../../support/app.ts'
import { createExternalStudy, type ExternalStudy } from '../../../support/external-study.ts'

const app = withApp()
const limits = { trials: 60, parallel: 1 }
const stopping = { kind: 'advice' }
const loss = (x: number) => (x - 0.4) ** 2

/** Trains until there is nothing to train, or so many trials; returns how many there were. */
async function train(study: ExternalStudy, trials = 60): Promise<number> {
  for (let trained = 0; trained < trials; trained++) {
    const { trials: given } = await study.ask()
    if (given.length === 0) return trained
    const [{ number, params }] = given as [(typeof given)[number]]
    await study
      .post(`/trials/${number}:tell`, { state: 'completed', metrics: { loss: loss(params.x) } })
      .expect(200)
  }
  return trials
}

describe('a study with stopping advice', () => {
  it('ends by itself when nothing is left to gain, and says why: itself, and its journal', async () => {
    const study = await createExternalStudy(app(), { limits, stopping })
    const trained = await train(study)

    const { body } = await study.get()
    const reason = { code: 'advised', message: expect.stringMatching(/^One more trial is expected to gain/) }
    expect(trained).toBeLessThan(60)
    expect(body).toMatchObject({ state: 'completed', stopping, endReason: reason })
    expect(body.trials).toMatchObject({ completed: trained, running: 0, canceled: 0 })
    const { text } = await study.get('/events')
    expect(text).toContain('"code":"advised"')
    expect((await study.get('/stopping-advice')).body).toMatchObject({
      advice: 'stop',
      reason: body.endReason.message,
    })
  })

  it('ends after the same trials when it has the same results', async () => {
    const lengths = [0, 1].map(async () => train(await createExternalStudy(app(), { limits, stopping })))
    const [first, second] = await Promise.all(lengths)
    expect(first).toBe(second)
  })

  it('goes on unless it was asked to end', async () => {
    for (const fields of [{}, { stopping: { kind: 'none' } }]) {
      const study = await createExternalStudy(app(), { limits: { trials: 30, parallel: 1 }, ...fields })
      expect(await train(study, 30)).toBe(30)
      expect((await study.get()).body.endReason).toMatchObject({ code: 'budget-used' })
    }
  })

  it('goes on for as many trials as its user wants at least', async () => {
    const study = await createExternalStudy(app(), { limits, stopping: { kind: 'advice', minTrials: 25 } })
    expect(await train(study)).toBe(25)
  })

  it('ends the sooner, the more a trial has to gain', async () => {
    const eager = { kind: 'advice', minTrials: 5, minImprovement: 1 }
    const study = await createExternalStudy(app(), { limits, stopping: eager })
    expect(await train(study)).toBe(5)
    expect((await study.get('/stopping-advice')).body.threshold).toBe(1)
  })

  it('waits for the trials that are open, and gives no more meanwhile', async () => {
    const study = await createExternalStudy(app(), { limits: { trials: 60, parallel: 2 }, stopping })
    const { trials: slow } = await study.ask({ worker: 'slow' })
    await train(study)
    expect((await study.get()).body.state).toBe('running')

    const told = { state: 'completed', metrics: { loss: loss(slow[0]!.params.x) } }
    await study.post(`/trials/${slow[0]!.number}:tell`, told).expect(200)

    expect(await study.ask()).toMatchObject({ trials: [], state: 'completed' })
  })

  it('still gives a trial to one who asks for certain values', async () => {
    const study = await createExternalStudy(app(), { limits: { trials: 60, parallel: 2 }, stopping })
    await study.ask({ worker: 'slow' })
    await train(study)

    expect((await study.ask({ worker: 'curious', fix: { x: 0.9 } })).trials).toMatchObject([
      { params: { x: 0.9 } },
    ])
  })

  it('is refused where objectives are traded off, with what to do instead', async () => {
    const { status, body } = await app()
      .http.post('/v1/studies')
      .send({ trainer: { kind: 'function', name: 'zdt1' }, stopping })
    expect(status).toBe(422)
    expect(body.errors).toContainEqual({ path: 'stopping', message: expect.stringContaining('/pareto') })
  })

  it.each([
    [{ kind: 'sometimes' }, 'stopping.kind'],
    [{ kind: 'advice', minImprovement: 0 }, 'stopping.minImprovement'],
    [{ kind: 'none', minTrials: 3 }, 'stopping'],
  ])('is refused as %j', async (wrong, path) => {
    const { status, body } = await app()
      .http.post('/v1/studies')
      .send({ trainer: { kind: 'function', name: 'branin' }, stopping: wrong })
    expect(status).toBe(422)
    expect(body.errors).toContainEqual({ path: expect.stringContaining(path), message: expect.any(String) })
  })
})
