import { describe, expect, it } from 'vitest'
import type { StudyId } from '../../../src/domain/ids.ts'
import { withApp } from '../../support/app.ts'
import { runningTrial } from '../redis/study-fixture.ts'

const app = withApp()

/** A study with one completed trial. */
async function createStudy(): Promise<StudyId> {
  const { body } = await app()
    .http.post('/v1/studies')
    .send({ trainer: { kind: 'function', name: 'branin' } })
  const { number, attempt } = await runningTrial(app().deps.store, body.id)
  await app().deps.store.finishTrial(body.id, number, attempt, { state: 'completed', metrics: { value: 1 } })
  return body.id
}

function get(path: string, tag?: string) {
  const request = app().http.get(path)
  return tag === undefined ? request : request.set('if-none-match', tag)
}

describe.each([
  ['a study', ''],
  ['a trial', '/trials/0'],
  ['the best trial', '/best'],
])('%s', (_name, part) => {
  it('is answered once, and then by 304 while nothing happens', async () => {
    const path = `/v1/studies/${await createStudy()}${part}`
    const first = await get(path)
    const { etag } = first.headers

    const again = await get(path, etag)

    expect(first.headers).toMatchObject({
      etag: expect.stringMatching(/^"[a-z0-9-]+"$/),
      'cache-control': 'no-cache',
    })
    expect(again.status).toBe(304)
    expect(again.headers.etag).toBe(etag)
    expect(again.text).toBe('')
    expect((await get(path, `"other", W/${etag}`)).status).toBe(304)
    expect((await get(path, '*')).status).toBe(304)
    expect((await get(path, '"other"')).body).toEqual(first.body)
    expect((await app().http.head(path).set('if-none-match', etag!)).status).toBe(304)
  })

  it('has another tag after every event', async () => {
    const { store } = app().deps
    const id = await createStudy()
    const path = `/v1/studies/${id}${part}`
    const tags = [(await get(path)).headers.etag]

    for (const change of [store.pauseStudy, store.resumeStudy]) {
      await change(id)
      const response = await get(path, tags.at(-1))
      expect(response.status).toBe(200)
      tags.push(response.headers.etag)
    }

    expect(new Set(tags).size).toBe(3)
  })

  it('is still not there when it is not there', async () => {
    const path = `/v1/studies/${await createStudy()}${part}`
    const { etag } = (await get(path)).headers
    await app().http.delete(path.slice(0, '/v1/studies/st_2222222222222222'.length))

    expect((await get(path, etag)).status).toBe(404)
  })
})

it('does not take the tag of one thing for that of another', async () => {
  const path = `/v1/studies/${await createStudy()}`
  const { etag } = (await get(path)).headers

  expect((await get(`${path}/trials/0`, etag)).status).toBe(200)
  expect((await get(`${path}/best`, etag)).status).toBe(200)
  expect((await get(`${path}/trials/99`, etag)).status).toBe(404)
})
