import { beforeAll, describe, expect, it } from 'vitest'
import { StudyPageSchema } from '../../../../src/http/schemas/page.ts'
import { withApp } from '../../../support/app.ts'

const app = withApp()
const trainer = { kind: 'function', name: 'branin' }

beforeAll(async () => {
  await create('first', ['red'])
  const second = await create('second', ['red', 'blue'])
  await create('THIRD')
  await app().http.post(`/v1/studies/${second}:pause`)
})

async function create(name: string, tags: string[] = []): Promise<string> {
  const { body } = await app().http.post('/v1/studies').send({ trainer, name, tags })
  return body.id
}

async function names(query: string): Promise<string[]> {
  const { body } = await app().http.get(`/v1/studies?${query}`)
  return body.items.map(({ name }: { name: string }) => name)
}

describe('GET /v1/studies: 200', () => {
  it('lists studies newest first, each as when it is asked for alone', async () => {
    const response = await app().http.get('/v1/studies')

    expect(response.status).toBe(200)
    expect(StudyPageSchema.parse(response.body)).toEqual(response.body)
    expect(await names('')).toEqual(['THIRD', 'second', 'first'])
    const [newest] = response.body.items
    expect((await app().http.get(`/v1/studies/${newest.id}`)).body).toEqual(newest)
  })

  it('lists the oldest first when asked to', async () => {
    expect(await names('sort=createdAt')).toEqual(['first', 'second', 'THIRD'])
    const { body } = await app().http.get('/v1/studies?sort=createdAt&limit=2')
    expect(await names(`sort=createdAt&cursor=${encodeURIComponent(body.nextCursor)}`)).toEqual(['THIRD'])
  })

  it('filters by state, tag and part of the name', async () => {
    expect(await names('state=paused')).toEqual(['second'])
    expect(await names('tag=red')).toEqual(['second', 'first'])
    expect(await names('q=ir')).toEqual(['THIRD', 'first'])
    expect(await names('tag=red&state=running&q=FIRST')).toEqual(['first'])
    expect(await names('tag=green')).toEqual([])
  })

  it('pages by a cursor, each study once, and none after the last', async () => {
    const first = await app().http.get('/v1/studies?limit=2')
    const rest = await app().http.get(
      `/v1/studies?limit=2&cursor=${encodeURIComponent(first.body.nextCursor)}`,
    )

    const pages = [...first.body.items, ...rest.body.items].map(({ name }) => name)
    expect(pages).toEqual(['THIRD', 'second', 'first'])
    expect(rest.body).not.toHaveProperty('nextCursor')
  })
})

describe('GET /v1/studies: 400', () => {
  it.each([
    ['limit=0', 'limit', 'must be at least 1'],
    ['limit=1001', 'limit', 'must be at most 1000'],
    ['limit=ten', 'limit', 'must be a finite number'],
    ['limit=', 'limit', 'must be a finite number'],
    ['limit=0x5', 'limit', 'must be a finite number'],
    ['cursor=abc', 'cursor', expect.stringContaining('must be')],
    ['state=done', 'state', expect.stringContaining('"completed"')],
    ['lmit=3', 'lmit', 'unknown field `lmit`; did you mean `limit`?'],
  ])('refuses ?%s', async (query, path, message) => {
    const response = await app().http.get(`/v1/studies?${query}`)

    expect(response.status).toBe(400)
    expect(response.body).toMatchObject({ type: '/problems/malformed-request', errors: [{ path, message }] })
    expect(response.body.instance).toBe('/v1/studies')
  })
})
