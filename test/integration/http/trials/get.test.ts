import { beforeAll, describe, expect, it } from 'vitest'
import { TrialSchema } from '../../../../src/http/schemas/trial.ts'
import { withApp } from '../../../support/app.ts'

const app = withApp()
let trials: string

beforeAll(async () => {
  const { body } = await app()
    .http.post('/v1/studies')
    .send({ trainer: { kind: 'function', name: 'branin' } })
  trials = `/v1/studies/${body.id}/trials`
  await app()
    .http.post(trials)
    .send({ params: { x0: 0.1, x1: 0 } })
})

describe('GET /v1/studies/{study}/trials/{number}: 200', () => {
  it('answers the trial with its curve', async () => {
    const response = await app().http.get(`${trials}/0`)

    expect(response.status).toBe(200)
    expect(TrialSchema.parse(response.body)).toEqual(response.body)
    expect(response.body).toMatchObject({
      number: 0,
      state: 'queued',
      params: { x0: 0.1, x1: 0 },
      origin: { sampler: 'enqueued', phase: 'enqueued' },
      attempt: 0,
      curve: { step: [] },
    })
  })
})

describe('GET /v1/studies/{study}/trials/{number}: 404', () => {
  it.each(['1', '00', '-1', '1.5', 'first', '9999999999', '0%3Arun'])('knows no trial %s', async (number) => {
    const response = await app().http.get(`${trials}/${number}`)

    expect(response.status).toBe(404)
    expect(response.body.type).toBe('/problems/trial-not-found')
  })

  it('knows no such study', async () => {
    const response = await app().http.get('/v1/studies/st_2222222222222222/trials/0')

    expect(response.status).toBe(404)
    expect(response.body.type).toBe('/problems/study-not-found')
  })
})
