import { describe, expect, it } from 'vitest'
import { parseStudyId } from '../../../../src/domain/ids.ts'
import {
  DependenceSchema,
  DiagnosticsSchema,
  ImportanceSchema,
  RecommendationSchema,
  StoppingAdviceSchema,
  TrialExplanationSchema,
} from '../../../../src/http/schemas/explanation.ts'
import { withApp } from '../../../support/app.ts'

const app = withApp()
const trainer = { kind: 'function', name: 'branin' }

async function aStudy(trials: number, body: object = {}): Promise<string> {
  const { body: study } = await app()
    .http.post('/v1/studies')
    .send({ trainer, seed: 7, ...body })
  const { store } = app().deps
  const id = parseStudyId(study.id)!
  for (let i = 0; i < trials; i++) {
    const params = { x0: -5 + ((i * 7) % 15), x1: (i * 4) % 15 }
    await app().http.post(`/v1/studies/${id}/trials`).send({ params })
    await store.dispatchWaiting(id)
    await store.startTrial(id, i, 'a-worker')
    await store.finishTrial(id, i, 1, {
      state: 'completed',
      metrics: { value: params.x0 * 3 + params.x1 / 10 },
    })
  }
  return study.id
}

describe('explanations of a study', () => {
  it('are answered in the unit of the objective, and unchanged while the study is', async () => {
    const study = await aStudy(14)
    const get = (path: string) => app().http.get(`/v1/studies/${study}/${path}`)
    const importance = await get('importance')
    const dependence = await get('partial-dependence?parameter=x0')
    const explanation = await get('trials/3/explanation')
    const advice = await get('stopping-advice')
    const diagnostics = await get('diagnostics')

    expect(ImportanceSchema.parse(importance.body)).toEqual(importance.body)
    expect(importance.body).toMatchObject({ metric: 'value', results: 14 })
    expect(importance.body.parameters[0].parameter).toBe('x0')
    expect(DependenceSchema.parse(dependence.body)).toEqual(dependence.body)
    expect(dependence.body.parameters).toHaveLength(1)
    expect(TrialExplanationSchema.parse(explanation.body)).toEqual(explanation.body)
    const { trial, against, contributions } = explanation.body
    const sum = contributions.reduce(
      (total: number, one: { contribution: number }) => total + one.contribution,
      0,
    )
    expect(sum).toBeCloseTo(trial.predicted.mean - against.predicted.mean, 6)
    expect(StoppingAdviceSchema.parse(advice.body)).toEqual(advice.body)
    expect(DiagnosticsSchema.parse(diagnostics.body)).toEqual(diagnostics.body)
    expect(diagnostics.body.diagnostics).toContainEqual(
      expect.objectContaining({ code: 'best-on-bound', parameter: 'x0' }),
    )
    const again = await get('importance').set('if-none-match', importance.headers.etag!)
    expect(again.status).toBe(304)
    expect((await get('importance')).body).toEqual(importance.body)
  })

  it('compare a trial with any other', async () => {
    const study = await aStudy(6)
    const best = await app().http.get(`/v1/studies/${study}/best`)
    const { number } = best.body
    const other = number === 2 ? 3 : 2
    const asked = await app().http.get(`/v1/studies/${study}/trials/${number}/explanation?against=${other}`)
    const byDefault = await app().http.get(`/v1/studies/${study}/trials/${number}/explanation`)

    expect(asked.body).toMatchObject({ trial: { trial: number }, against: { trial: other } })
    expect(byDefault.body.against.trial).not.toBe(number)
  })

  it('need results, and say how many', async () => {
    const study = await aStudy(2)
    for (const path of [
      'importance',
      'partial-dependence',
      'trials/1/explanation',
      'recommendation',
      'stopping-advice',
    ]) {
      const response = await app().http.get(`/v1/studies/${study}/${path}`)
      expect(response.status).toBe(409)
      expect(response.body).toMatchObject({
        type: '/problems/too-few-results',
        detail: expect.stringContaining('needs 5 completed trials'),
      })
    }
    expect((await app().http.get(`/v1/studies/${study}/diagnostics`)).status).toBe(200)
  })

  it('name what there is where a name is wrong', async () => {
    const study = await aStudy(1)
    const metric = await app().http.get(`/v1/studies/${study}/importance?metric=loss`)
    const parameter = await app().http.get(`/v1/studies/${study}/partial-dependence?parameter=y`)
    const open = await app()
      .http.post(`/v1/studies/${study}/trials`)
      .send({ params: { x0: 1, x1: 1 } })
    const running = await app().http.get(`/v1/studies/${study}/trials/${open.body.number}/explanation`)
    const missing = await app().http.get(`/v1/studies/${study}/trials/99/explanation`)

    expect([metric.status, metric.body.detail]).toEqual([422, expect.stringContaining('use one of value')])
    expect([parameter.status, parameter.body.detail]).toEqual([
      422,
      expect.stringContaining('use one of x0, x1'),
    ])
    expect([running.status, running.body.type]).toEqual([409, '/problems/trial-not-completed'])
    expect([missing.status, missing.body.type]).toEqual([404, '/problems/trial-not-found'])
  })

  it('recommend the neighbourhood that is good, not the one result that was lucky', async () => {
    const { body: study } = await app().http.post('/v1/studies').send({ trainer, seed: 7 })
    const around = (x0: number, value: number) =>
      Array.from({ length: 12 }, (_, i) => ({ x0: x0 + 0.1 * i, x1: 5, value: value + (i % 2 ? 0.3 : -0.3) }))
    const good = around(4, 1)
    const bad = around(-5, 2)
    const lucky = { x0: -4.45, x1: 5, value: 0.6 }
    const again = { ...lucky, value: 2.4 }
    for (const { x0, x1, value } of [...good, ...bad, lucky, again]) {
      const told = { params: { x0, x1 }, state: 'completed', metrics: { value } }
      await app().http.post(`/v1/studies/${study.id}/trials`).send(told).expect(201)
    }
    const { body } = await app().http.get(`/v1/studies/${study.id}/recommendation`).expect(200)

    expect(RecommendationSchema.parse(body)).toEqual(body)
    expect(body.best).toMatchObject({ trial: 24, measured: 0.6, runs: 2, mean: 1.5 })
    expect(body.best.predicted.mean).toBeGreaterThan(1.5)
    expect(body.recommended.trial).toBeLessThan(good.length)
    expect(body.recommended.predicted.mean).toBeCloseTo(1, 0)
  })

  it('recommend nothing while every trial breaks an outcome constraint', async () => {
    const metrics = [
      { name: 'value', goal: 'minimize' },
      { name: 'size', role: 'constraint', max: 1 },
    ]
    const { body: study } = await app()
      .http.post('/v1/studies')
      .send({
        trainer: { kind: 'external' },
        searchSpace: { parameters: [{ name: 'x', type: 'float', min: 0, max: 1 }] },
        metrics,
      })
    for (const x of [0.1, 0.2, 0.3, 0.4, 0.5]) {
      const told = { params: { x }, state: 'completed', metrics: { value: x, size: 2 } }
      await app().http.post(`/v1/studies/${study.id}/trials`).send(told).expect(201)
    }
    const response = await app().http.get(`/v1/studies/${study.id}/recommendation`)
    expect([response.status, response.body.type]).toEqual([404, '/problems/no-best-trial'])
  })

  it.each(['stopping-advice', 'recommendation'])(
    'name no winner where objectives are traded off: %s',
    async (path) => {
      const { body: study } = await app()
        .http.post('/v1/studies')
        .send({ trainer: { kind: 'function', name: 'zdt1' } })
      const response = await app().http.get(`/v1/studies/${study.id}/${path}`)
      expect(response.body.type).toBe('/problems/several-objectives')
    },
  )

  it.each([
    'importance',
    'partial-dependence',
    'trials/0/explanation',
    'recommendation',
    'stopping-advice',
    'diagnostics',
  ])('know no such study: %s', async (path) => {
    const response = await app().http.get(`/v1/studies/st_2222222222222222/${path}`)
    expect(response.body.type).toBe('/problems/study-not-found')
  })
})
