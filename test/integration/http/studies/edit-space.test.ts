import { describe, expect, it } from 'vitest'
import { algebraNamed } from '../../../../src/algebra/best-algebra.ts'
import { parseStudyId } from '../../../../src/domain/ids.ts'
import { StudySchema } from '../../../../src/http/schemas/study.ts'
import { verifyStudy } from '../../../../src/services/verify/verify-study.ts'
import { withApp } from '../../../support/app.ts'
import { createExternalStudy, type ExternalStudy } from '../../../support/external-study.ts'

const app = withApp()
const RATE = { name: 'rate', type: 'float', min: 0.01, max: 0.1, scale: 'log' }
const RULE = { name: 'rule', type: 'categorical', choices: ['sgd', 'adam'] }
const WIDER = { ...RATE, min: 1e-5 }
const DROPOUT = { name: 'dropout', type: 'float', min: 0, max: 0.5, default: 0.1 }
const SPACE = { parameters: [RATE, RULE] }

const create = (fields: object = {}) => createExternalStudy(app(), { searchSpace: SPACE, ...fields })
const patch = ({ id }: ExternalStudy, parameters: readonly object[], constraints: readonly string[] = []) =>
  app().http.patch(`/v1/studies/${id}`).send({ searchSpace: { parameters, constraints } })

interface Asked {
  readonly number: number
  readonly params: Readonly<Record<string, number | string>>
}
const askOne = async (study: ExternalStudy, body?: object) =>
  (await study.ask(body)).trials[0] as unknown as Asked

/** Asks and tells; a small rate is good. */
async function run(study: ExternalStudy, count: number): Promise<Asked[]> {
  const asked: Asked[] = []
  for (let i = 0; i < count; i++) {
    const trial = await askOne(study)
    const loss = Math.log(Number(trial.params.rate)) + (trial.params.rule === 'adam' ? 0 : 1)
    await study.post(`/trials/${trial.number}:tell`, { state: 'completed', metrics: { loss } }).expect(200)
    asked.push(trial)
  }
  return asked
}

async function differenceOf({ id }: ExternalStudy): Promise<unknown> {
  return (await verifyStudy(app().deps.store, parseStudyId(id)!, algebraNamed)).difference
}

describe('PATCH of a search space', () => {
  it('widens a range while trials run: the next ones go there, and the journal proves itself', async () => {
    const study = await create()
    await run(study, 8)
    const running = await askOne(study)

    const response = await patch(study, [WIDER, RULE]).expect(200)
    await study
      .post(`/trials/${running.number}:tell`, { state: 'completed', metrics: { loss: 0 } })
      .expect(200)
    const later = await run(study, 6)

    expect(StudySchema.parse(response.body)).toEqual(response.body)
    expect(response.body.searchSpace).toEqual({ parameters: [WIDER, RULE], constraints: [] })
    expect(later.some(({ params }) => Number(params.rate) < 0.01)).toBe(true)
    expect(await differenceOf(study)).toBeUndefined()
  })

  it('adds a choice, and what depends on it', async () => {
    const study = await create()
    await run(study, 6)
    const more = { ...RULE, choices: ['sgd', 'adam', 'nesterov'] }
    const momentum = {
      name: 'momentum',
      type: 'float',
      min: 0,
      max: 1,
      default: 0.5,
      when: { rule: ['nesterov'] },
    }

    await patch(study, [RATE, more, momentum]).expect(200)
    const asked = await askOne(study, { fix: { rule: 'nesterov' } })

    expect(asked.params).toMatchObject({ rule: 'nesterov', momentum: expect.any(Number) })
    expect((await study.get('/trials/0')).body.params).not.toHaveProperty('momentum')
    expect(await differenceOf(study)).toBeUndefined()
  })

  it('adds a parameter: earlier trials count as having had its default, everywhere', async () => {
    const study = await create()
    const [first] = await run(study, 6)
    const running = await askOne(study, { worker: 'one' })
    await study.post('/trials', { params: { rate: 0.05, rule: 'sgd' } }).expect(201)

    await patch(study, [RATE, RULE, DROPOUT]).expect(200)

    const expected = { ...first!.params, dropout: 0.1 }
    expect((await study.get('/trials/0')).body.params).toEqual(expected)
    expect((await study.get('/trials')).body.items[0].params).toEqual(expected)
    expect((await study.get('/best')).body.params.dropout).toBe(0.1)
    const { snapshots } = app().deps
    expect((await snapshots.load(parseStudyId(study.id)!)).trials[0]!.params).toEqual(expected)
    // The one that waits, and the one that runs.
    expect((await askOne(study, { worker: 'two' })).params).toEqual({ rate: 0.05, rule: 'sgd', dropout: 0.1 })
    expect((await askOne(study, { worker: 'one' })).params).toEqual({ ...running.params, dropout: 0.1 })
    expect((await study.get('/importance')).body.parameters).toHaveLength(3)
    expect((await askOne(study, { worker: 'three' })).params.dropout).not.toBe(0.1)
    expect(await differenceOf(study)).toBeUndefined()
  })

  it('exports what earlier trials count as, which another study of the space imports', async () => {
    const study = await create()
    await run(study, 5)
    const { text: before } = await study.get('/export?format=ndjson')
    await patch(study, [WIDER, RULE, DROPOUT]).expect(200)
    await run(study, 2)
    const { text: after } = await study.get('/export?format=ndjson')
    const { text: csv } = await study.get('/export?format=csv')

    const parameters = [WIDER, RULE, DROPOUT]
    const importInto = async (lines: string) => {
      const other = await create({ searchSpace: { parameters } })
      await app()
        .http.post(`/v1/studies/${other.id}/trials`)
        .set('content-type', 'application/x-ndjson')
        .send(lines)
        .expect(201)
      return (await other.get('/trials?fields=params')).body.items
    }

    const { items } = (await study.get('/trials?fields=params')).body
    expect(await importInto(after)).toEqual(items)
    expect(await importInto(before)).toEqual(items.slice(0, 5))
    expect(csv.split('\n')[1]).toContain('0.1')
  })

  it('gives the same trials again for the same seed and the same edits', async () => {
    const [one, two] = await Promise.all(
      [create(), create()].map(async (creation) => {
        const study = await creation
        const before = await run(study, 6)
        await patch(study, [WIDER, RULE, DROPOUT]).expect(200)
        return [...before, ...(await run(study, 4))].map(({ params }) => params)
      }),
    )

    expect(one).toEqual(two)
  })

  it('commits no proposal of the space that was', async () => {
    const study = await create()
    const id = parseStudyId(study.id)!
    const { store, snapshots } = app().deps
    const { revision } = await snapshots.load(id)
    await patch(study, [WIDER, RULE]).expect(200)

    const origin = { sampler: 'sobol', version: 1, phase: 'startup', revision } as const
    const proposal = { params: { rate: 0.05, rule: 'sgd' }, origin }
    const asked = { worker: 'late', count: 1, leaseMs: 1000 }

    expect(await store.commitAsked(id, 0, proposal, asked)).toBeUndefined()
    expect(await store.commitProposals(id, 0, [proposal])).toEqual({ committed: 0, placesLeft: 0 })
  })

  it('refuses what earlier trials would not fit, with the path, the reason and what to do: 422', async () => {
    const study = await create()
    await run(study, 1)
    const { body: before } = await study.get()

    const { status, body } = await patch(study, [{ ...RATE, max: 0.05 }, DROPOUT])

    expect(status).toBe(422)
    expect(body).toMatchObject({
      type: '/problems/incompatible-search-space',
      errors: [
        { path: 'searchSpace.parameters', message: expect.stringContaining('must keep rule') },
        {
          path: 'searchSpace.parameters[0].max',
          message: expect.stringContaining('import the trials that fit'),
        },
      ],
    })
    expect((await study.get()).body).toEqual(before)
  })

  it('refuses a constraint that a trial breaks, and takes one that all keep to', async () => {
    const study = await create()
    const [{ params }] = (await run(study, 1)) as [Asked]

    const broken = await patch(study, [RATE, RULE], [`rate < ${params.rate}`])
    const kept = await patch(study, [RATE, RULE], ['rate <= 0.1'])
    const impossible = await patch(study, [RATE, RULE], ['rate > 1'])

    expect(broken.body.errors[0].path).toBe('searchSpace.constraints[0]')
    expect(kept.status).toBe(200)
    expect(impossible.body.type).toBe('/problems/invalid-study')
  })

  it('lets anything change in a study without trials', async () => {
    const study = await create()

    const { body } = await patch(study, [{ name: 'depth', type: 'int', min: 1, max: 3 }]).expect(200)
    await run(study, 1).catch(() => {})

    expect(body.searchSpace.parameters).toEqual([
      { name: 'depth', type: 'int', min: 1, max: 3, scale: 'linear', step: 1 },
    ])
    expect((await study.get('/trials/0')).body.params).toEqual({ depth: expect.any(Number) })
  })

  it('lets a study go on whose every point was tried, once there are more', async () => {
    const study = await create({ searchSpace: { parameters: [RULE, { ...RATE, max: 0.01 }] } })
    await study.ask({ count: 2 })
    expect((await study.ask({ worker: 'other' })).trials).toHaveLength(0)

    await patch(study, [
      { ...RULE, choices: ['sgd', 'adam', 'lion'] },
      { ...RATE, max: 0.01 },
    ]).expect(200)

    expect((await askOne(study, { worker: 'other' })).params.rule).toBe('lion')
  })

  it('takes a point that leaves out what a default says', async () => {
    const study = await create({ searchSpace: { parameters: [RATE, DROPOUT] } })

    const { body } = await study.post('/trials', { params: { rate: 0.05 } }).expect(201)

    expect(body.params).toEqual({ rate: 0.05, dropout: 0.1 })
  })

  it('leaves a study as it is that has ended: 409 that says how to go on', async () => {
    const study = await create()
    await run(study, 1)
    await study.post(':stop').expect(200)

    const { status, body } = await patch(study, [WIDER, RULE])

    expect(status).toBe(409)
    expect(body).toMatchObject({
      type: '/problems/illegal-move',
      detail: expect.stringContaining('make a copy with its trials'),
    })
  })

  it('lets the mlp trainer add a setting by the value that its trials were trained with', async () => {
    const { body: study } = await app()
      .http.post('/v1/studies')
      .send({ trainer: { kind: 'mlp', dataset: 'iris', settings: { activation: 'tanh' } } })
      .expect(201)
    const path = `/v1/studies/${study.id}`
    await app().http.post(`${path}:pause`).expect(200)
    const params = Object.fromEntries(
      study.searchSpace.parameters.map(
        (spec: { name: string; min?: number; values?: number[]; choices?: string[] }) => [
          spec.name,
          spec.min ?? (spec.values ?? spec.choices)![0],
        ],
      ),
    )
    await app().http.post(`${path}/trials`).send({ params }).expect(201)
    const add = (parameter: object) =>
      app()
        .http.patch(path)
        .send({ searchSpace: { parameters: [...study.searchSpace.parameters, parameter] } })
    const dropout = { name: 'dropout', type: 'float', min: 0, max: 0.5 }

    const lying = await add({ ...dropout, default: 0.1 })
    const fixed = await add({ name: 'activation', type: 'categorical', choices: ['relu'], default: 'relu' })
    const honest = await add({ ...dropout, default: 0 })

    expect([lying.status, fixed.status, honest.status]).toEqual([422, 422, 200])
    expect(lying.body.errors[0].message).toContain('trained with dropout 0')
  })
})

describe('PATCH of limits with null', () => {
  it('lifts the limits that an external study can do without', async () => {
    const study = await create({ limits: { trials: 5, seconds: 60, parallel: 3 } })

    const { body } = await app()
      .http.patch(`/v1/studies/${study.id}`)
      .send({ limits: { trials: null, seconds: null } })
      .expect(200)

    expect(body.limits).toEqual({ parallel: 3 })
    expect(await differenceOf(study)).toBeUndefined()
  })

  it('keeps the budget of a study that Hone trains: 422', async () => {
    const { body: study } = await app()
      .http.post('/v1/studies')
      .send({ trainer: { kind: 'function', name: 'branin' } })
      .expect(201)

    const { status, body } = await app()
      .http.patch(`/v1/studies/${study.id}`)
      .send({ limits: { trials: null } })

    expect(status).toBe(422)
    expect(body.errors).toEqual([
      { path: 'limits.trials', message: expect.stringContaining('give a number') },
    ])
  })
})
