import { beforeAll, describe, expect, it } from 'vitest'
import { parseStudyId } from '../../../../src/domain/ids.ts'
import { TrialPageSchema } from '../../../../src/http/schemas/page.ts'
import { withApp } from '../../../support/app.ts'
import { createExternalStudy } from '../../../support/external-study.ts'

const app = withApp()
let trials: string

beforeAll(async () => {
  const trainer = { kind: 'function', name: 'branin' }
  const { body } = await app().http.post('/v1/studies').send({ trainer })
  trials = `/v1/studies/${body.id}/trials`
  for (const x0 of [0, 1, 2, 3])
    await app()
      .http.post(trials)
      .send({ params: { x0, x1: 0 } })
  const { store } = app().deps
  const id = parseStudyId(body.id)!
  await store.dispatchWaiting(id)
  await store.startTrial(id, 0, 'a-worker')
  await store.reportValues(id, 0, 1, [{ step: 1, metrics: { value: 1 } }])
})

async function numbers(query: string): Promise<number[]> {
  const { body } = await app().http.get(`${trials}?${query}`)
  return body.items.map(({ number }: { number: number }) => number)
}

describe('GET /v1/studies/{study}/trials: 200', () => {
  it('lists trials by number, without their curves', async () => {
    const response = await app().http.get(trials)

    expect(response.status).toBe(200)
    expect(TrialPageSchema.parse(response.body)).toEqual(response.body)
    expect(await numbers('')).toEqual([0, 1, 2, 3])
    expect(response.body.items[0]).toMatchObject({ state: 'running', params: { x0: 0, x1: 0 } })
    expect(response.body.items[0]).not.toHaveProperty('curve')
  })

  it('gives only what is new, and only what is in a state', async () => {
    expect(await numbers('after=1')).toEqual([2, 3])
    expect(await numbers('state=running')).toEqual([0])
    expect(await numbers('state=queued&after=2')).toEqual([3])
    expect(await numbers('after=3')).toEqual([])
  })

  it('pages by a cursor, going on from where `after` began', async () => {
    const first = await app().http.get(`${trials}?after=0&limit=2`)
    const rest = await app().http.get(`${trials}?after=0&limit=2&cursor=${first.body.nextCursor}`)

    const pages = [...first.body.items, ...rest.body.items].map(({ number }) => number)
    expect(pages).toEqual([1, 2, 3])
    expect(rest.body).not.toHaveProperty('nextCursor')
  })
})

describe('GET /v1/studies/{study}/trials: sort and fields', () => {
  async function listOf(losses: readonly number[]) {
    const study = await createExternalStudy(app())
    for (const [i, loss] of losses.entries()) {
      await study.post('/trials', { params: { x: i / 10 }, metrics: { loss } }).expect(201)
    }
    await study.post('/trials', { params: { x: 1 } }).expect(201)
    return study
  }
  const numbersOf = ({ body }: { body: { items: { number: number }[] } }) =>
    body.items.map(({ number }) => number)

  it('sorts by a metric or a field, either way, what lacks it last', async () => {
    const { get } = await listOf([3, 1, 2])

    expect(numbersOf(await get('/trials?sort=loss'))).toEqual([1, 2, 0, 3])
    expect(numbersOf(await get('/trials?sort=-loss'))).toEqual([0, 2, 1, 3])
    expect(numbersOf(await get('/trials?sort=-number&state=completed'))).toEqual([2, 1, 0])
  })

  it('has no value of a metric for trials without it, whatever it is called', async () => {
    const { get, post } = await listOf([3, 1])
    await post('/trials', { params: { x: 0.5 }, metrics: { loss: 2, toString: 1 } })

    expect(numbersOf(await get('/trials?sort=toString'))).toEqual([3, 0, 1, 2])
  })

  it('pages what is sorted', async () => {
    const { get } = await listOf([3, 1, 2])

    const first = await get('/trials?sort=loss&limit=3')
    const rest = await get(`/trials?sort=loss&limit=3&cursor=${first.body.nextCursor}`)

    expect([...numbersOf(first), ...numbersOf(rest)]).toEqual([1, 2, 0, 3])
    expect(rest.body).not.toHaveProperty('nextCursor')
  })

  it('goes on behind the last trial, whatever came before it or left the list meanwhile', async () => {
    const { get, post } = await listOf([3, 1, 2])
    const first = await get('/trials?sort=-number&limit=2')
    await post('/trials', { params: { x: 0.7 }, metrics: { loss: 0 } }).expect(201)

    const rest = await get(`/trials?sort=-number&limit=2&cursor=${first.body.nextCursor}`)
    const best = await get('/trials?sort=loss&limit=2&state=completed')
    await post('/trials', { params: { x: 0.8 }, metrics: { loss: 0.5 } }).expect(201)
    const worst = await get(`/trials?sort=loss&limit=9&state=completed&cursor=${best.body.nextCursor}`)
    const others = await get(`/trials?sort=loss&state=queued&cursor=${best.body.nextCursor}`)

    expect([...numbersOf(first), ...numbersOf(rest)]).toEqual([3, 2, 1, 0])
    expect([...numbersOf(best), ...numbersOf(worst)]).toEqual([4, 1, 2, 0])
    expect(numbersOf(others)).toEqual([3])
  })

  it('gives the fields that are asked for, and no other', async () => {
    const { get } = await listOf([3])

    const { body } = await get('/trials?fields=number,metrics&limit=1')

    expect(body.items).toEqual([{ number: 0, metrics: { loss: 3 } }])
  })

  it.each(['sort=los', 'fields=number,metric'])('refuses ?%s and names what there is: 422', async (query) => {
    const { get } = await listOf([3])

    const { status, body } = await get(`/trials?${query}`)

    expect(status).toBe(422)
    expect(body).toMatchObject({
      type: '/problems/invalid-request',
      detail: expect.stringMatching(/loss|metrics/),
    })
  })
})

describe('GET /v1/studies/{study}/trials: 400', () => {
  it.each([
    ['after=-1', 'after', 'must be at least 0'],
    ['after=', 'after', 'must be a finite number'],
    ['after=1.5', 'after', 'must be a whole number, not 1.5'],
    ['cursor=next', 'cursor', expect.stringContaining('must be')],
    ['state=done', 'state', expect.stringContaining('"completed"')],
  ])('refuses ?%s', async (query, path, message) => {
    const response = await app().http.get(`${trials}?${query}`)

    expect(response.status).toBe(400)
    expect(response.body).toMatchObject({ type: '/problems/malformed-request', errors: [{ path, message }] })
  })
})

describe('GET /v1/studies/{study}/trials: 404', () => {
  it('knows no such study', async () => {
    const response = await app().http.get('/v1/studies/st_2222222222222222/trials')

    expect(response.status).toBe(404)
    expect(response.body.type).toBe('/problems/study-not-found')
  })
})
