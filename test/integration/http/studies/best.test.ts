import { describe, expect, it } from 'vitest'
import { parseStudyId } from '../../../../src/domain/ids.ts'
import { TrialSchema } from '../../../../src/http/schemas/trial.ts'
import { withApp } from '../../../support/app.ts'

const app = withApp()
const trainer = { kind: 'function', name: 'branin' }

describe('GET /v1/studies/{study}/best: 200', () => {
  it('answers the best trial, its curve included', async () => {
    const { body: study } = await app().http.post('/v1/studies').send({ trainer, seed: 7 })
    await runTrial(study.id, { x0: 1, x1: 2 }, 3)
    await runTrial(study.id, { x0: 2, x1: 2 }, 1)
    await runTrial(study.id, { x0: 3, x1: 2 }, 2)

    const response = await app().http.get(`/v1/studies/${study.id}/best`)

    expect(response.status).toBe(200)
    expect(TrialSchema.parse(response.body)).toEqual(response.body)
    expect(response.body).toMatchObject({
      study: study.id,
      number: 1,
      state: 'completed',
      params: { x0: 2, x1: 2 },
      metrics: { value: 1 },
      curve: { step: [1], value: [1] },
      attempt: 1,
      worker: 'a-worker',
    })
  })

  async function runTrial(study: string, params: object, value: number): Promise<void> {
    const { store } = app().deps
    const id = parseStudyId(study)!
    const { body } = await app().http.post(`/v1/studies/${study}/trials`).send({ params })
    await store.dispatchWaiting(id)
    await store.startTrial(id, body.number, 'a-worker')
    await store.reportValues(id, body.number, 1, [{ step: 1, metrics: { value } }])
    await store.finishTrial(id, body.number, 1, { state: 'completed', metrics: { value } })
  }
})

describe('GET /v1/studies/{study}/best: 404', () => {
  it('has none before a trial has completed, and says to ask again', async () => {
    const { body: study } = await app().http.post('/v1/studies').send({ trainer })

    const response = await app().http.get(`/v1/studies/${study.id}/best`)

    expect(response.status).toBe(404)
    expect(response.body).toMatchObject({
      type: '/problems/no-best-trial',
      detail: expect.stringContaining('ask again'),
    })
  })

  it('does not say so of a study that has ended without a result', async () => {
    const { body: study } = await app().http.post('/v1/studies').send({ trainer, paused: true })
    await app().http.post(`/v1/studies/${study.id}:stop`)

    const response = await app().http.get(`/v1/studies/${study.id}/best`)

    expect(response.status).toBe(404)
    expect(response.body.detail).toBe(
      'No trial of this study has completed, and it has ended: its trials tell why.',
    )
  })

  it('knows no such study', async () => {
    const response = await app().http.get('/v1/studies/st_2222222222222222/best')

    expect(response.status).toBe(404)
    expect(response.body.type).toBe('/problems/study-not-found')
  })
})
