import { describe, expect, it } from 'vitest'
import { algebraNamed } from '../../../../src/algebra/best-algebra.ts'
import { parseStudyId } from '../../../../src/domain/ids.ts'
import { AskAnswerSchema } from '../../../../src/http/schemas/ask.ts'
import { verifyStudy } from '../../../../src/services/verify/verify-study.ts'
import { withApp } from '../../../support/app.ts'
import { createExternalStudy } from '../../../support/external-study.ts'

const app = withApp()
const create = (fields?: object) => createExternalStudy(app(), fields)
const numbersIn = ({ trials }: { trials: readonly { number: number }[] }) =>
  trials.map(({ number }) => number)

describe('POST /v1/studies/{study}/trials:ask: 200', () => {
  it('proposes, commits and starts a trial in one go', async () => {
    const study = await create()

    const { body } = await study.post('/trials:ask', { worker: 'gpu-3' }).expect(200)

    expect(AskAnswerSchema.parse(body)).toEqual(body)
    expect(body).toMatchObject({
      state: 'running',
      trials: [{ number: 0, state: 'running', worker: 'gpu-3', attempt: 1, origin: { sampler: 'sobol' } }],
    })
    expect(Date.parse(body.trials[0].lease.expiresAt)).toBeGreaterThan(Date.now())
  })

  it('takes an empty body for one trial and a worker of no name', async () => {
    const study = await create()

    const [first, second] = [await study.ask(), await study.ask()]

    expect([...numbersIn(first), ...numbersIn(second)]).toEqual([0, 1])
    expect(first.trials[0]!.worker).not.toBe(second.trials[0]!.worker)
  })

  it('gives the same open trials back to a worker that asks again, and as many more as it wants', async () => {
    const study = await create()
    const first = await study.ask({ worker: 'gpu-3', count: 2 })

    const again = await study.ask({ worker: 'gpu-3', count: 3 })

    expect(numbersIn(first)).toEqual([0, 1])
    expect(numbersIn(again)).toEqual([0, 1, 2])
    expect(again.trials[0]).toMatchObject({ attempt: 1, params: first.trials[0]!.params })
    expect(again.trials[0]!.lease.token).toBe(first.trials[0]!.lease.token)
  })

  it('gives out what was enqueued before it proposes anything', async () => {
    const study = await create()
    await study.post('/trials', { params: { x: 0.25 } }).expect(201)

    const { trials } = await study.ask({ count: 2 })

    expect(trials[0]!.params).toEqual({ x: 0.25 })
    expect(trials[1]!.params).not.toEqual({ x: 0.25 })
  })

  it('gives 50 enqueued points to 100 who ask at once, each of them once', async () => {
    const study = await create({ limits: { trials: 50, parallel: 100 } })
    for (let i = 0; i < 50; i++) await study.post('/trials', { params: { x: i / 50 } }).expect(201)

    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => study.ask({ worker: `w${i}` })))

    const given = answers.flatMap(({ trials }) => trials)
    expect(new Set(numbersIn({ trials: given })).size).toBe(50)
    expect(given).toHaveLength(50)
    expect(new Set(given.map(({ params }) => params.x)).size).toBe(50)
  })

  it('never gives out more than the budget, or more at once than limits.parallel', async () => {
    const study = await create({ limits: { trials: 12, parallel: 5 } })

    const answers = await Promise.all(Array.from({ length: 30 }, () => study.ask()))

    expect(answers.flatMap(numbersIn).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4])
    for (const { trials } of answers) {
      for (const { number } of trials) {
        await study
          .post(`/trials/${number}:tell`, { state: 'completed', metrics: { loss: number } })
          .expect(200)
      }
    }
    const rest = await Promise.all(Array.from({ length: 30 }, () => study.ask({ count: 2 })))
    expect(rest.flatMap(numbersIn).toSorted((a, b) => a - b)).toEqual([5, 6, 7, 8, 9])
  })

  it('waits for a trial while there is none to give, and answers as soon as there is', async () => {
    const study = await create({ limits: { parallel: 1 } })
    await study.ask()
    const waiting = study.ask({ waitMs: 60_000 })

    await study.post('/trials/0:tell', { state: 'completed', metrics: { loss: 1 } }).expect(200)

    expect(numbersIn(await waiting)).toEqual([1])
  })

  it('has no trial to give after the wait, or when the study is over', async () => {
    const study = await create({ limits: { trials: 1 } })
    await study.ask()

    expect(await study.ask({ waitMs: 5 })).toEqual({ trials: [], state: 'running' })
    const waiting = study.ask({ waitMs: 60_000 })
    await study.post('/trials/0:tell', { state: 'completed', metrics: { loss: 1 } }).expect(200)

    expect(await waiting).toEqual({ trials: [], state: 'completed' })
  })

  it('gives out nothing new while the study is paused, but the open trials of who asks again', async () => {
    const study = await create()
    await study.ask({ worker: 'gpu-3' })
    await study.post(':pause').expect(200)

    expect(await study.ask({ worker: 'other' })).toEqual({ trials: [], state: 'paused' })
    expect(numbersIn(await study.ask({ worker: 'gpu-3', count: 2 }))).toEqual([0])
  })

  it('offers a trial again when its lease has run out, to one who waits too', async () => {
    const study = await create({ limits: { parallel: 1 } })
    await study.ask({ worker: 'dies', leaseMs: 1000 })

    const { trials } = await study.ask({ worker: 'lives', waitMs: 60_000 })

    expect(trials).toMatchObject([{ number: 0, attempt: 2, worker: 'lives' }])
  })

  it('goes on for ever when the study has no limits.trials, and ends when the space is used up', async () => {
    const parameters = [{ name: 'x', type: 'int', min: 1, max: 3 }]
    const study = await create({ searchSpace: { parameters } })
    for (const number of [0, 1, 2]) {
      expect(numbersIn(await study.ask())).toEqual([number])
      await study.post(`/trials/${number}:tell`, { state: 'completed', metrics: { loss: 1 } }).expect(200)
    }

    expect(await study.ask()).toMatchObject({ trials: [] })
    expect((await study.get()).body).toMatchObject({ state: 'completed', endReason: { code: 'exhausted' } })
  })

  it('fixes parameters for one who asks, and proposes the others from the trials that have these values', async () => {
    const parameters = [
      { name: 'optimizer', type: 'categorical', choices: ['sgd', 'adam'] },
      { name: 'momentum', type: 'float', min: 0, max: 0.99, when: { optimizer: ['sgd'] } },
      { name: 'rate', type: 'float', min: 1e-9, max: 1, scale: 'log' },
    ]
    const study = await create({ searchSpace: { parameters }, limits: { trials: 12 } })
    await study.post('/trials', { params: { optimizer: 'adam', rate: 0.5 } }).expect(201)
    for (let number = 1; number < 12; number++) {
      const fix = number % 2 ? { optimizer: 'adam' } : { momentum: 0.9, rate: 1e-8, optimizer: 'sgd' }
      const { body } = await study
        .post('/trials:ask', { fix: number < 3 ? fix : { optimizer: 'adam' } })
        .expect(200)
      expect(body.trials[0].params).toMatchObject(number < 3 ? fix : { optimizer: 'adam' })
      if (number !== 2) expect(body.trials[0].params).not.toHaveProperty('momentum')
      await study
        .post(`/trials/${body.trials[0].number}:tell`, {
          state: 'completed',
          metrics: { loss: 1 / (number + 1) },
        })
        .expect(200)
    }

    const { difference } = await verifyStudy(app().deps.store, parseStudyId(study.id)!, algebraNamed)

    expect(difference).toBeUndefined()
    expect((await study.get('/trials/11')).body.origin).toMatchObject({
      phase: 'model',
      fixed: { optimizer: 'adam' },
    })
  })

  it('runs promising values again where the objective is said to be noisy, and proves that too', async () => {
    const study = await create({
      searchSpace: { parameters: [{ name: 'x', type: 'int', min: 1, max: 6 }] },
      metrics: [{ name: 'loss', goal: 'minimize', noisy: true }],
      limits: { trials: 16, parallel: 1 },
    })
    for (let number = 0; number < 16; number++) {
      const [asked] = (await study.ask()).trials
      const loss = asked!.params.x + 3 * Math.sin(7 * number)
      await study.post(`/trials/${number}:tell`, { state: 'completed', metrics: { loss } }).expect(200)
    }

    const { metrics, endReason } = (await study.get()).body
    expect(metrics).toEqual([{ name: 'loss', goal: 'minimize', noisy: true }])
    expect(endReason.code).toBe('budget-used')
    const { items } = (await study.get('/trials?limit=100')).body
    expect(items[15].origin.rationale.intent).toBe('confirm')
    const verified = await verifyStudy(app().deps.store, parseStudyId(study.id)!, algebraNamed)
    expect(verified.difference).toBeUndefined()
    expect(verified.reproposed).toBe(16)
  })

  it('leaves a journal that proves itself', async () => {
    const study = await create({ limits: { trials: 14 } })
    for (let number = 0; number < 14; number++) {
      await study.ask()
      await study
        .post(`/trials/${number}:tell`, { state: 'completed', metrics: { loss: number % 5 } })
        .expect(200)
    }

    const { difference, reproposed } = await verifyStudy(
      app().deps.store,
      parseStudyId(study.id)!,
      algebraNamed,
    )

    expect(difference).toBeUndefined()
    expect(reproposed).toBe(14)
  })
})

describe('POST /v1/studies/{study}/trials:ask: refusals', () => {
  it('refuses to give out the trials of a study that Hone trains: 409', async () => {
    const { body } = await app()
      .http.post('/v1/studies')
      .send({ trainer: { kind: 'function', name: 'branin' } })

    const response = await app().http.post(`/v1/studies/${body.id}/trials:ask`)

    expect(response.status).toBe(409)
    expect(response.body).toMatchObject({
      type: '/problems/not-external',
      detail: expect.stringContaining('external'),
    })
  })

  it('knows no such study: 404', async () => {
    const response = await app().http.post('/v1/studies/st_2222222222222222/trials:ask')

    expect(response.status).toBe(404)
    expect(response.body.type).toBe('/problems/study-not-found')
  })

  it.each([
    [{ count: 0 }, 'count', 'must be at least 1'],
    [{ workers: 'a' }, 'workers', expect.stringContaining('did you mean `worker`?')],
    [{ waitMs: 60_001 }, 'waitMs', 'must be at most 60000'],
  ])('refuses %j: 422', async (body, path, message) => {
    const response = await (await create()).post('/trials:ask', body)

    expect(response.status).toBe(422)
    expect(response.body).toMatchObject({ type: '/problems/invalid-request', errors: [{ path, message }] })
  })

  it.each([
    [{ x: 2 }, 'fix.x', 'must be from 0 to 1'],
    [{ y: 1 }, 'fix.y', expect.stringContaining('not a parameter')],
  ])('refuses to fix %j: 422', async (fix, path, message) => {
    const response = await (await create()).post('/trials:ask', { fix })

    expect(response.status).toBe(422)
    expect(response.body).toMatchObject({ type: '/problems/invalid-params', errors: [{ path, message }] })
  })

  it('says that a fix leaves nothing to propose: 422', async () => {
    const study = await create()
    await study.ask()
    await study.post('/trials:ask', { fix: { x: 0.5 } }).expect(200)

    const response = await study.post('/trials:ask', { fix: { x: 0.5 } })

    expect(response.status).toBe(422)
    expect(response.body.errors[0].path).toBe('fix')
  })

  it('gives the trials that there are where a fix leaves fewer than are asked for', async () => {
    const study = await create()

    const { body } = await study
      .post('/trials:ask', { worker: 'gpu-3', count: 2, fix: { x: 0.5 } })
      .expect(200)

    expect(body.trials.map(({ params }: { params: object }) => params)).toEqual([{ x: 0.5 }])
    const again = await study.ask({ worker: 'gpu-3', count: 2, fix: { x: 0.5 } })
    expect(numbersIn(again)).toEqual([0])
  })

  it('fixes with a parameter what it is active by, and refuses what the other fixed values rule out: 422', async () => {
    const parameters = [
      { name: 'optimizer', type: 'categorical', choices: ['sgd', 'adam'] },
      { name: 'momentum', type: 'float', min: 0, max: 0.99, when: { optimizer: ['sgd'] } },
    ]
    const study = await create({ searchSpace: { parameters } })

    const response = await study.post('/trials:ask', { fix: { optimizer: 'adam', momentum: 0.9 } })

    expect(response.status).toBe(422)
    expect(response.body.errors).toEqual([
      {
        path: 'fix.momentum',
        message: 'is not active with the other values, because it needs optimizer is "sgd": leave it out',
      },
    ])
    for (let count = 0; count < 4; count++) {
      const { body } = await study.post('/trials:ask', { fix: { momentum: count / 4 } }).expect(200)
      expect(body.trials[0].params).toEqual({ optimizer: 'sgd', momentum: count / 4 })
    }
  })

  it('wants to know what to search and what is told: 422', async () => {
    const response = await app()
      .http.post('/v1/studies')
      .send({ trainer: { kind: 'external' } })

    expect(response.status).toBe(422)
    expect(response.body.errors.map(({ path }: { path: string }) => path)).toEqual(['searchSpace', 'metrics'])
  })
})
