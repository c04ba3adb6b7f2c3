import { describe, expect, it } from 'vitest'
import { buildApp } from '../../../../src/http/app.ts'
import { withApp } from '../../../support/app.ts'

const app = withApp()

async function createStudy(): Promise<string> {
  const { body } = await app()
    .http.post('/v1/studies')
    .send({ trainer: { kind: 'function', name: 'branin' } })
  return body.id
}

async function get(id: string, query: string, url = app().url) {
  const response = await fetch(`${url}/v1/studies/${id}?${query}`)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** Resolves when somebody waits at this study. */
async function waited(id: string): Promise<void> {
  const { redis } = app().redis
  const channel = `test:{${id}}:journal`
  await expect.poll(async () => redis.pubsub('NUMSUB', channel)).toEqual([channel, 1])
}

describe('GET /v1/studies/{study}?waitFor=', () => {
  it('answers when the study comes to the state', async () => {
    const id = await createStudy()
    const answer = get(id, 'waitFor=paused&timeoutMs=60000')
    await waited(id)

    await app().http.post(`/v1/studies/${id}:pause`)

    expect(await answer).toMatchObject({ status: 200, body: { id, state: 'paused' } })
  })

  it('answers at once when the study is there, or finished so that it never will be', async () => {
    const id = await createStudy()
    expect((await get(id, 'waitFor=running&timeoutMs=60000')).body.state).toBe('running')

    await app().http.post(`/v1/studies/${id}:stop`)

    expect((await get(id, 'waitFor=paused&timeoutMs=60000')).body.state).toBe('completed')
  })

  it('answers the study as it is when the time is over', async () => {
    expect(await get(await createStudy(), 'waitFor=completed&timeoutMs=1')).toMatchObject({
      status: 200,
      body: { state: 'running' },
    })
  })

  it('answers 404 when the study is deleted meanwhile', async () => {
    const id = await createStudy()
    const answer = get(id, 'waitFor=completed&timeoutMs=60000')
    await waited(id)

    await app().http.delete(`/v1/studies/${id}`)

    expect(await answer).toMatchObject({ status: 404, body: { type: '/problems/study-not-found' } })
  })

  it('answers the study as it is when the service closes, which it does not hold up', async () => {
    const own = await buildApp(app().deps)
    const url = await own.listen({ host: '127.0.0.1', port: 0 })
    const id = await createStudy()
    const answer = get(id, 'waitFor=completed&timeoutMs=60000', url)
    await waited(id)

    await own.close()

    expect(await answer).toMatchObject({ status: 200, body: { state: 'running' } })
  })

  it.each(['waitFor=done', 'waitFor=completed&timeoutMs=60001', 'timeoutMs=x', 'wait=completed'])(
    'refuses %s',
    async (query) => {
      expect(await get(await createStudy(), query)).toMatchObject({
        status: 400,
        body: { type: '/problems/malformed-request' },
      })
    },
  )
})
