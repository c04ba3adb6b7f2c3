import { describe, expect, it } from 'vitest'
import { parseStudyId } from '../../../../src/domain/ids.ts'
import { ParetoFrontSchema } from '../../../../src/http/schemas/pareto.ts'
import { withApp } from '../../../support/app.ts'

const app = withApp()
const trainer = { kind: 'function', name: 'binh-korn' }
const metrics = [
  { name: 'value', goal: 'minimize', reference: 10 },
  { name: 'value2', goal: 'maximize', reference: 0 },
  { name: 'constraint1', role: 'constraint', max: 25 },
  { name: 'constraint2', role: 'store' },
]

async function aStudy(body: object = { trainer, metrics }): Promise<string> {
  const { body: study, status } = await app().http.post('/v1/studies').send(body)
  expect(status).toBe(201)
  return study.id
}

async function runTrial(study: string, x0: number, values: object): Promise<void> {
  const { store } = app().deps
  const id = parseStudyId(study)!
  const { body } = await app()
    .http.post(`/v1/studies/${study}/trials`)
    .send({ params: { x0, x1: 2 } })
  await store.dispatchWaiting(id)
  await store.startTrial(id, body.number, 'a-worker')
  await store.finishTrial(id, body.number, 1, { state: 'completed', metrics: { ...values } })
}

describe('GET /v1/studies/{study}/pareto', () => {
  it('has the front of the trials within the constraints, and its volume from the references', async () => {
    const study = await aStudy()
    await runTrial(study, 1, { value: 2, value2: 3, constraint1: 0 })
    await runTrial(study, 2, { value: 5, value2: 5, constraint1: 25 })
    await runTrial(study, 3, { value: 6, value2: 4, constraint1: 0 })
    await runTrial(study, 4, { value: 0, value2: 9, constraint1: 25.1 })

    const response = await app().http.get(`/v1/studies/${study}/pareto`)

    expect(response.status).toBe(200)
    expect(ParetoFrontSchema.parse(response.body)).toEqual(response.body)
    expect(response.body.trials.map(({ number }: { number: number }) => number)).toEqual([0, 1])
    expect(response.body).toMatchObject({ reference: { value: 10, value2: 0 }, hypervolume: 3 * 8 + 2 * 5 })
    const again = await app()
      .http.get(`/v1/studies/${study}/pareto`)
      .set('if-none-match', response.headers.etag!)
    expect(again.status).toBe(304)
  })

  it('is empty before the first result, and measured from the worst values where no reference is given', async () => {
    const study = await aStudy({ trainer })
    const before = await app().http.get(`/v1/studies/${study}/pareto`)
    await runTrial(study, 1, { value: 2, value2: 3, constraint1: 0, constraint2: 9 })
    await runTrial(study, 2, { value: 5, value2: 1, constraint1: 0, constraint2: 9 })
    const after = await app().http.get(`/v1/studies/${study}/pareto`)

    expect(before.body).toEqual({ trials: [], reference: {} })
    expect(after.body).toMatchObject({ reference: { value: 5, value2: 3 }, hypervolume: 0 })
  })

  it('knows no such study', async () => {
    const response = await app().http.get('/v1/studies/st_2222222222222222/pareto')
    expect(response.body.type).toBe('/problems/study-not-found')
  })
})

describe('a best trial among several metrics', () => {
  it('is refused where objectives are traded off, and the message says where to look', async () => {
    const study = await aStudy()
    const response = await app().http.get(`/v1/studies/${study}/best`)

    expect(response.status).toBe(409)
    expect(response.body.type).toBe('/problems/several-objectives')
    expect(response.body.detail).toContain(`/v1/studies/${study}/pareto`)
  })

  it('keeps to the outcome constraints, in the study and in the journal', async () => {
    const study = await aStudy({ trainer, metrics: [{ name: 'value', goal: 'minimize' }, metrics[2]] })
    await runTrial(study, 1, { value: 1, constraint1: 26 })
    const none = await app().http.get(`/v1/studies/${study}/best`)
    await runTrial(study, 2, { value: 7, constraint1: 24 })
    await runTrial(study, 3, { value: 5, constraint1: 25 })
    const best = await app().http.get(`/v1/studies/${study}/best`)

    expect(none.status).toBe(404)
    expect(none.body.detail).toContain('kept to all outcome constraints')
    expect(best.body).toMatchObject({ number: 2, metrics: { value: 5 } })
    const { study: record } = await app().deps.store.loadSnapshot(parseStudyId(study)!)
    expect(record.bestTrial).toBe(2)
  })
})

describe('POST /v1/studies: metrics', () => {
  it.each<[string, object[], string, string]>([
    ['no objective', [{ name: 'value', role: 'store' }], 'metrics', 'no metric is an objective'],
    ['a name twice', [metrics[0]!, metrics[0]!, metrics[1]!], 'metrics[1].name', 'listed twice'],
    [
      'a constraint without bounds',
      [
        { name: 'value', goal: 'minimize' },
        { name: 'constraint1', role: 'constraint' },
      ],
      'metrics[1]',
      'needs min, max or both',
    ],
    [
      'a metric that nobody measures',
      [{ name: 'loss', goal: 'minimize' }],
      'metrics[0].name',
      'measures value',
    ],
  ])('refuses %s', async (_what, given, path, message) => {
    const response = await app().http.post('/v1/studies').send({ trainer, metrics: given })

    expect(response.status).toBe(422)
    expect(response.body.errors[0]).toMatchObject({ path, message: expect.stringContaining(message) })
  })
})
