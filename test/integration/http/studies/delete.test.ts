import { describe, expect, it } from 'vitest'
import { withApp } from '../../../support/app.ts'

const app = withApp()

describe('DELETE /v1/studies/{study}: 204', () => {
  it('removes the study and its trials', async () => {
    const { body } = await app()
      .http.post('/v1/studies')
      .send({ trainer: { kind: 'function', name: 'branin' } })
    await app()
      .http.post(`/v1/studies/${body.id}/trials`)
      .send({ params: { x0: 0, x1: 0 } })

    const response = await app().http.delete(`/v1/studies/${body.id}`)

    expect(response.status).toBe(204)
    expect(response.text).toBe('')
    expect((await app().http.get(`/v1/studies/${body.id}`)).status).toBe(404)
    expect((await app().http.get(`/v1/studies/${body.id}/trials`)).status).toBe(404)
    expect((await app().http.get('/v1/studies')).body.items).toEqual([])
  })
})

describe('DELETE /v1/studies/{study}: 404', () => {
  it('knows no such study', async () => {
    const response = await app().http.delete('/v1/studies/st_2222222222222222')

    expect(response.status).toBe(404)
    expect(response.body.type).toBe('/problems/study-not-found')
  })
})
