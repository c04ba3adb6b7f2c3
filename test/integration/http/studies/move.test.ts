import { describe, expect, it } from 'vitest'
import { StudySchema } from '../../../../src/http/schemas/study.ts'
import { withApp } from '../../../support/app.ts'

const app = withApp()

async function createStudy(): Promise<string> {
  const { body } = await app()
    .http.post('/v1/studies')
    .send({ trainer: { kind: 'function', name: 'branin' } })
  return body.id
}

function move(id: string, verb: string) {
  return app().http.post(`/v1/studies/${id}:${verb}`)
}

describe('POST /v1/studies/{study}:pause :resume :stop: 200', () => {
  it('pauses, resumes and stops', async () => {
    const id = await createStudy()

    const paused = await move(id, 'pause')
    const resumed = await move(id, 'resume')
    const stopped = await move(id, 'stop')

    for (const response of [paused, resumed, stopped]) {
      expect(response.status).toBe(200)
      expect(StudySchema.parse(response.body)).toEqual(response.body)
    }
    expect(paused.body.state).toBe('paused')
    expect(resumed.body.state).toBe('running')
    expect(stopped.body).toMatchObject({ state: 'completed', endReason: { code: 'stopped' } })
  })

  it('takes an empty body for none, whatever it is said to be', async () => {
    const id = await createStudy()

    const empty = await move(id, 'pause').set('content-type', 'application/x-www-form-urlencoded').send('')
    const full = await move(id, 'resume').set('content-type', 'application/x-www-form-urlencoded').send('a=1')

    expect([empty.status, full.status]).toEqual([200, 415])
  })

  it.each(['pause', 'stop'])('changes nothing by a second %s', async (verb) => {
    const id = await createStudy()
    const first = await move(id, verb)

    const second = await move(id, verb)

    expect(second.status).toBe(200)
    expect(second.body).toEqual(first.body)
  })

  it('needs no body, and minds no content type without one', async () => {
    const id = await createStudy()

    const response = await move(id, 'pause').set('content-type', 'application/json').send()

    expect(response.status).toBe(200)
  })
})

describe('POST /v1/studies/{study}:pause :resume :stop: 404', () => {
  it.each(['pause', 'resume', 'stop'])('%s knows no such study', async (verb) => {
    const response = await move('st_2222222222222222', verb)

    expect(response.status).toBe(404)
    expect(response.body.type).toBe('/problems/study-not-found')
  })

  it('knows no other verb', async () => {
    const response = await move(await createStudy(), 'explode')

    expect(response.status).toBe(405)
  })
})

describe('POST /v1/studies/{study}:pause :resume :stop: 409', () => {
  it.each(['pause', 'resume'])('refuses to %s a finished study, and says what is possible', async (verb) => {
    const id = await createStudy()
    await move(id, 'stop')

    const response = await move(id, verb)

    expect(response.status).toBe(409)
    expect(response.body).toMatchObject({
      type: '/problems/illegal-move',
      detail: expect.stringContaining('completed'),
    })
  })
})
