import { describe, expect, it } from 'vitest'
import { StudySchema } from '../../../../src/http/schemas/study.ts'
import { withApp } from '../../../support/app.ts'

const app = withApp()

describe('GET /v1/studies/{study}: 200', () => {
  it('answers the study as it is now', async () => {
    const created = await app()
      .http.post('/v1/studies')
      .send({ trainer: { kind: 'function', name: 'branin' } })
    await app().http.post(`/v1/studies/${created.body.id}:pause`)

    const response = await app().http.get(`/v1/studies/${created.body.id}`)

    expect(response.status).toBe(200)
    expect(response.body).toEqual({ ...created.body, state: 'paused', revision: created.body.revision + 1 })
    expect(StudySchema.parse(response.body)).toEqual(response.body)
  })
})

describe('GET /v1/studies/{study}: 404', () => {
  it.each(['st_2222222222222222', 'nonsense', '%00', 'st_2222222222222222%3Aexplode', 'a'.repeat(99)])(
    'knows no study %s',
    async (id) => {
      const response = await app().http.get(`/v1/studies/${id}`)

      expect(response.status).toBe(404)
      expect(response.type).toBe('application/problem+json')
      expect(response.body).toMatchObject({ type: '/problems/study-not-found', status: 404 })
    },
  )
})
