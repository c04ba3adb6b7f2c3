import { describe, expect, it } from 'vitest'
import type { StudyId } from '../../../../src/domain/ids.ts'
import { DecisionSchema, ToldTrialSchema } from '../../../../src/http/schemas/tell.ts'
import { withApp } from '../../../support/app.ts'
import { type AskedTrial, createExternalStudy, type ExternalStudy } from '../../../support/external-study.ts'

const app = withApp()
const create = (fields?: object) => createExternalStudy(app(), fields)

async function askOne(study: ExternalStudy, body: object = {}): Promise<AskedTrial> {
  return (await study.ask(body)).trials[0]!
}

/** A trial whose first worker was silent for too long, and which another one holds now. */
async function taken(study: ExternalStudy): Promise<{ late: AskedTrial; holder: AskedTrial }> {
  const late = await askOne(study, { worker: 'late', leaseMs: 1000 })
  app().elapse(1001)
  const holder = await askOne(study, { worker: 'holder' })
  return { late, holder }
}
const ONE_AT_A_TIME = { limits: { parallel: 1 } }
const done = (loss: number) => ({ state: 'completed', metrics: { loss } })

describe('POST /v1/studies/{study}/trials/{number}:tell', () => {
  it('ends a trial with numbers, alone or with their standard errors', async () => {
    const study = await create()
    const { lease } = await askOne(study)

    const told = { state: 'completed', metrics: { loss: { value: 0.27, standardError: 0.01 }, size: 3 } }
    const { body } = await study.post('/trials/0:tell', { ...told, token: lease.token }).expect(200)

    expect(ToldTrialSchema.parse(body)).toEqual(body)
    expect(body).toMatchObject({
      state: 'completed',
      metrics: { loss: 0.27, size: 3 },
      standardErrors: { loss: 0.01 },
      late: false,
    })
    expect((await study.get('/best')).body.number).toBe(0)
  })

  it.each(['failed', 'infeasible', 'pruned'])('ends a trial as %s, with a reason', async (state) => {
    const study = await create()
    await askOne(study)

    const { body } = await study.post('/trials/0:tell', { state, reason: 'out of memory' }).expect(200)

    expect(body).toMatchObject({ state, reason: 'out of memory' })
    expect((await study.get()).body.trials[state]).toBe(1)
  })

  it.each(['\ud800', '\\udfff'])(
    'keeps %j, whatever half of a character it is, and answers on',
    async (half) => {
      const study = await create()
      await askOne(study)
      const text = `${half} and more`
      const told = { state: 'failed', reason: text, attributes: { [text]: text } }
      await study.post('/trials/0:tell', told).expect(200)

      const { body } = await study.post('/trials/0:tell', told).expect(200)
      expect(body).toMatchObject({ reason: text, attributes: { [text]: text } })
      await study.post('/trials/0:report', { step: 1, metrics: { loss: 1 } }).expect(200)
      await study.post('/trials/0:stop').expect(200)
    },
  )

  it('keeps what is to be found with the trial, whatever became of it', async () => {
    const study = await create()
    const attributes = { checkpoint: 's3://models/0.pt', epochs: 12, resumed: false }
    await askOne(study)
    await study.post('/trials/0:tell', { ...done(1), attributes }).expect(200)
    const { number } = await askOne(study)
    const failed = { state: 'failed', reason: 'out of memory', attributes: { log: 'https://logs.example/1' } }
    await study.post(`/trials/${number}:tell`, failed).expect(200)

    const { body } = await study.get('/trials').expect(200)
    expect(body.items.map((trial: object) => 'attributes' in trial && trial.attributes)).toEqual([
      attributes,
      failed.attributes,
    ])
    const { text } = await study.get('/export?format=csv').expect(200)
    const [header, first] = text.split('\r\n').map((line) => line.split(','))
    const cell = (name: string) => first![header!.indexOf(`attributes.${name}`)]
    expect(['checkpoint', 'epochs', 'resumed', 'log'].map(cell)).toEqual([
      's3://models/0.pt',
      '12',
      'false',
      '',
    ])
    const { events } = await app().deps.store.readEvents(study.id as StudyId, 0, 100)
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'trial-finished', outcome: expect.objectContaining({ attributes }) }),
    )
  })

  it('changes nothing when it is told again', async () => {
    const study = await create()
    const { lease } = await askOne(study)
    await study.post('/trials/0:tell', { ...done(1), token: lease.token }).expect(200)

    const { body } = await study.post('/trials/0:tell', { ...done(2), token: lease.token }).expect(200)

    expect(body).toMatchObject({ metrics: { loss: 1 }, late: false })
    expect(body).not.toHaveProperty('observations')
  })

  it('takes a tell whose lease has run out: it ends the trial that another one holds', async () => {
    const study = await create(ONE_AT_A_TIME)
    const { late, holder } = await taken(study)

    const first = await study.post('/trials/0:tell', { ...done(1), token: late.lease.token }).expect(200)

    expect(first.body).toMatchObject({ state: 'completed', metrics: { loss: 1 }, late: false })
    const report = await study.post('/trials/0:report', { step: 1, metrics: {}, token: holder.lease.token })
    expect(report.body).toMatchObject({ decision: 'stop', reason: expect.stringContaining('kept') })
  })

  it.each(['pruned', 'failed', 'infeasible'])(
    'leaves a trial that another one holds alone when it is told %s',
    async (state) => {
      const study = await create(ONE_AT_A_TIME)
      const { late, holder } = await taken(study)
      const lost = await study.post('/trials/0:report', { step: 1, metrics: {}, token: late.lease.token })
      expect(lost.body).toMatchObject({ decision: 'stop' })
      expect(lost.body).not.toHaveProperty('lease')

      const told = await study
        .post('/trials/0:tell', { state, reason: 'gone', token: late.lease.token })
        .expect(200)
      const ended = await study.post('/trials/0:tell', { ...done(1), token: holder.lease.token }).expect(200)

      expect(told.body).toMatchObject({ state: 'running', late: true })
      expect(ended.body).toMatchObject({ state: 'completed', metrics: { loss: 1 }, late: false })
      expect(ended.body).not.toHaveProperty('observations')
    },
  )

  it('keeps what comes later still as a further observation, once', async () => {
    const study = await create(ONE_AT_A_TIME)
    const { late, holder } = await taken(study)
    await study.post('/trials/0:tell', { ...done(1), token: holder.lease.token }).expect(200)

    const sent = { ...done(2), token: late.lease.token }
    const answers = [await study.post('/trials/0:tell', sent), await study.post('/trials/0:tell', sent)]

    for (const { status, body } of answers) {
      expect(status).toBe(200)
      expect(body).toMatchObject({ late: true, metrics: { loss: 1 } })
    }
    const { observations } = (await study.get('/trials/0')).body
    expect(observations).toMatchObject([{ attempt: 1, state: 'completed', metrics: { loss: 2 } }])
  })

  it('asks for the token once a trial was given out twice: 409', async () => {
    const study = await create(ONE_AT_A_TIME)
    await taken(study)

    const response = await study.post('/trials/0:tell', done(1))

    expect(response.status).toBe(409)
    expect(response.body).toMatchObject({
      type: '/problems/unknown-lease',
      detail: expect.stringContaining('token'),
    })
  })

  it.each(['0-2', '1-1', 'nonsense'])(
    'knows no lease %s of a trial that was given out once: 409',
    async (token) => {
      const study = await create()
      await askOne(study)

      const response = await study.post('/trials/0:tell', { ...done(1), token })

      expect(response.status).toBe(409)
      expect(response.body.type).toBe('/problems/unknown-lease')
    },
  )

  it.each([
    [{ state: 'completed', metrics: {} }, 'metrics.loss', expect.stringContaining('judged by it')],
    [
      { state: 'completed', metrics: { loss: 'NaN' } },
      'metrics.loss',
      expect.stringContaining('`infeasible`'),
    ],
    [{ state: 'completed', metrics: { loss: null } }, 'metrics.loss', expect.stringContaining('`failed`')],
    [{ state: 'failed' }, 'reason', expect.stringContaining('is missing')],
    [{ state: 'complete', metrics: {} }, 'state', expect.stringContaining('did you mean "completed"?')],
    [{ ...done(1), attributes: { list: [1] } }, 'attributes.list', expect.stringContaining('must be')],
    [
      { ...done(1), attributes: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`a${i}`, i])) },
      'attributes',
      'must have at most 32 entries',
    ],
    [{ ...done(1), metric: 1 }, 'metric', expect.stringContaining('did you mean `metrics`?')],
  ])('refuses %j: 422', async (body, path, message) => {
    const study = await create()
    await askOne(study)

    const response = await study.post('/trials/0:tell', body)

    expect(response.status).toBe(422)
    expect(response.body).toMatchObject({ type: '/problems/invalid-request', errors: [{ path, message }] })
  })

  it('says what to tell instead of a NaN that is not even JSON: 400', async () => {
    const study = await create()
    await askOne(study)

    const response = await app()
      .http.post(`/v1/studies/${study.id}/trials/0:tell`)
      .set('content-type', 'application/json')
      .send('{"state": "completed", "metrics": {"loss": NaN}}')

    expect(response.status).toBe(400)
    expect(response.body.detail).toContain('tell `failed` or `infeasible`')
  })

  it('knows no trial that is not there: 404', async () => {
    const response = await (await create()).post('/trials/0:tell', done(1))

    expect(response.status).toBe(404)
    expect(response.body.type).toBe('/problems/trial-not-found')
  })
})

describe('POST /v1/studies/{study}/trials/{number}:report and :heartbeat', () => {
  it('takes each step once, renews the lease and says to go on', async () => {
    const study = await create()
    const { lease } = await askOne(study)

    const report = { step: 1, metrics: { loss: 0.9 }, token: lease.token }
    const { body } = await study.post('/trials/0:report', report).expect(200)
    await study.post('/trials/0:report', { ...report, metrics: { loss: 0.1 } }).expect(200)

    expect(DecisionSchema.parse(body)).toEqual(body)
    expect(body).toMatchObject({ decision: 'continue', lease: { token: lease.token } })
    expect((await study.get('/trials/0')).body.curve).toEqual({ step: [1], loss: [0.9] })
  })

  it('lets a silent worker go on when nobody has taken its trial', async () => {
    const study = await create()
    const { lease } = await askOne(study, { leaseMs: 1000 })
    app().elapse(1001)

    const { body } = await study.post('/trials/0:heartbeat', { token: lease.token }).expect(200)

    expect(body.decision).toBe('continue')
    expect(Date.parse(body.lease.expiresAt)).toBeGreaterThan(Date.parse(lease.expiresAt))
  })

  it('says to stop when another one holds the trial, or the study is stopping', async () => {
    const study = await create(ONE_AT_A_TIME)
    const { late, holder } = await taken(study)
    await study.post(':stop').expect(200)

    const superseded = await study.post('/trials/0:heartbeat', { token: late.lease.token }).expect(200)
    const stopping = await study.post('/trials/0:heartbeat', { token: holder.lease.token }).expect(200)

    expect(superseded.body).toMatchObject({
      decision: 'stop',
      reason: expect.stringContaining('another worker'),
    })
    expect(stopping.body).toMatchObject({ decision: 'stop', reason: 'The study is stopping.' })
  })

  it('ends a stopping study whose last worker has died', async () => {
    const study = await create()
    await askOne(study, { leaseMs: 1000 })
    await study.post(':stop').expect(200)
    await study.post('/trials/0:heartbeat').expect(200)
    app().elapse(1001)

    expect(await study.ask()).toEqual({ trials: [], state: 'completed' })
    expect((await study.get('/trials/0')).body.state).toBe('canceled')
  })

  it('refuses a report on a trial that nobody asked for: 409', async () => {
    const study = await create()
    await study.post('/trials', { params: { x: 0.5 } }).expect(201)

    const response = await study.post('/trials/0:report', { step: 1, metrics: { loss: 1 } })

    expect(response.status).toBe(409)
    expect(response.body.type).toBe('/problems/unknown-lease')
  })

  it('refuses a step of 0 and a value that is no number: 422', async () => {
    const study = await create()
    await askOne(study)

    const response = await study.post('/trials/0:report', { step: 0, metrics: { loss: 'Infinity' } })

    expect(response.status).toBe(422)
    expect(response.body.errors.map(({ path }: { path: string }) => path)).toEqual(['step', 'metrics.loss'])
  })
})

describe('what is reported and told', () => {
  const long = 'x'.repeat(65)
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`m${i}`, i]))

  it.each([
    [':report', { step: 1, metrics: many }, 'metrics', 'must have at most 64 entries'],
    [':tell', { state: 'completed', metrics: many }, 'metrics', 'must have at most 64 entries'],
    [
      ':report',
      { step: 1, metrics: { step: 1 } },
      'metrics.step',
      'its name is what a curve calls its steps: choose another name',
    ],
    [
      ':report',
      { step: 1, metrics: { [long]: 1 } },
      `metrics["${'x'.repeat(64)}…"]`,
      'its name must have at most 64 letters',
    ],
    [
      ':tell',
      { state: 'completed', metrics: { loss: 1 }, attributes: { '': 1 } },
      'attributes[""]',
      'its name must have at least 1 letter',
    ],
  ])('is refused by %s where there is no place for it: 422, %#', async (verb, body, path, message) => {
    const study = await create()
    await askOne(study)

    const response = await study.post(`/trials/0${verb}`, body)

    expect(response.status).toBe(422)
    expect(response.body.errors).toEqual([{ path, message }])
  })
})

describe('POST /v1/studies/{study}/trials/{number}:stop', () => {
  it('tells the worker of a running trial with its next report', async () => {
    const study = await create()
    await askOne(study)

    const { body } = await study.post('/trials/0:stop').expect(200)
    await study.post('/trials/0:stop').expect(200)

    expect(body).toMatchObject({ state: 'running', stopRequested: true })
    const report = await study.post('/trials/0:report', { step: 1, metrics: { loss: 1 } })
    expect(report.body).toMatchObject({ decision: 'stop', reason: expect.stringContaining('given up') })
    const told = await study.post('/trials/0:tell', {
      state: 'pruned',
      reason: 'told to',
      metrics: { loss: 1 },
    })
    expect(told.body).toMatchObject({ state: 'pruned', metrics: { loss: 1 } })
    expect(told.body).not.toHaveProperty('stopRequested')
  })

  it('cancels one that waits, and changes nothing about one that has ended', async () => {
    const study = await create()
    await study.post('/trials', { params: { x: 0.5 } }).expect(201)

    const canceled = await study.post('/trials/0:stop').expect(200)
    const again = await study.post('/trials/0:stop').expect(200)

    expect(canceled.body).toMatchObject({ state: 'canceled', reason: 'The trial was stopped.' })
    expect(again.body).toEqual(canceled.body)
  })
})
