import { describe, expect, it } from 'vitest'
import { parseStudyId } from '../../../../src/domain/ids.ts'
import { copyStudy } from '../../../../src/services/studies/copy-study.ts'
import { withApp } from '../../../support/app.ts'

const app = withApp()

const EXTERNAL = {
  name: 'original',
  seed: 5,
  trainer: { kind: 'external' },
  searchSpace: { parameters: [{ name: 'x', type: 'float', min: 0, max: 1 }] },
  metrics: [{ name: 'loss', goal: 'minimize' }],
  limits: { trials: 3, parallel: 3 },
}

async function create(definition: object): Promise<string> {
  const { body } = await app().http.post('/v1/studies').send(definition).expect(201)
  return body.id
}

const copy = (id: string, changes: object) => app().http.post(`/v1/studies/${id}:copy`).send(changes)
const trialsOf = async (id: string) => (await app().http.get(`/v1/studies/${id}/trials`)).body.items

/** A study that has ended after a result, a failure and a canceled trial. */
async function createEnded(): Promise<string> {
  const id = await create(EXTERNAL)
  const post = (body: object) => app().http.post(`/v1/studies/${id}/trials`).send(body).expect(201)
  await post({
    params: { x: 0.2 },
    metrics: { loss: { value: 2, standardError: 0.1 } },
    attributes: { commit: 'a1' },
  })
  await post({ params: { x: 0.9 }, state: 'failed', reason: 'out of memory' })
  await post({ params: { x: 0.4 } })
  await app().http.post(`/v1/studies/${id}:stop`).expect(200)
  return id
}

describe('POST /v1/studies/{study}:copy', () => {
  it('makes the same study again but for what is changed, limits field by field', async () => {
    const id = await create(EXTERNAL)
    const { body } = await copy(id, { sampler: { kind: 'tpe' }, limits: { trials: 9 } }).expect(201)

    expect(body.id).not.toBe(id)
    const { searchSpace, metrics, seed } = body
    expect({ searchSpace, metrics, seed }).toEqual({
      searchSpace: {
        parameters: [{ ...EXTERNAL.searchSpace.parameters[0], scale: 'linear' }],
        constraints: [],
      },
      metrics: EXTERNAL.metrics,
      seed: 5,
    })
    expect([body.sampler, body.limits, body.state]).toEqual([
      { kind: 'tpe' },
      { trials: 9, parallel: 3 },
      'running',
    ])
    expect(await trialsOf(body.id)).toEqual([])
  })

  it('goes on from the trials of a study that has ended, but for canceled ones', async () => {
    const id = await createEnded()
    const { body } = await copy(id, { trials: true, limits: { trials: 10 } }).expect(201)

    expect([body.state, body.bestTrial]).toEqual(['running', 0])
    const trials = await trialsOf(body.id)
    expect(trials).toHaveLength(2)
    expect(trials[0]).toMatchObject({
      params: { x: 0.2 },
      metrics: { loss: 2 },
      standardErrors: { loss: 0.1 },
      attributes: { commit: 'a1' },
    })
    expect(trials[1]).toMatchObject({ state: 'failed', reason: 'out of memory' })
    expect((await app().http.post(`/v1/studies/${body.id}/trials:ask`).send({})).body.trials).toHaveLength(1)
  })

  it('stays paused where that is asked for', async () => {
    const id = await createEnded()
    for (const trials of [true, false]) {
      const { body } = await copy(id, { trials, paused: true, limits: { trials: 10 } }).expect(201)
      expect(body.state).toBe('paused')
    }
  })

  it('refuses a copy that would be full at once, or whose space the trials do not fit, and leaves nothing', async () => {
    const id = await createEnded()
    const count = async () => (await app().http.get('/v1/studies?limit=1000')).body.items.length
    const before = await count()

    const full = await copy(id, { trials: true, limits: { trials: 2 } }).expect(422)
    expect(full.body.detail).toBe('limits.trials: has to be above 2, the number of trials that come along')
    const searchSpace = { parameters: [{ name: 'x', type: 'float', min: 0, max: 0.5 }] }
    const other = await copy(id, { trials: true, searchSpace }).expect(422)
    expect(other.body.detail).toBe('trial 1: params.x: must be from 0 to 0.5')
    expect((await copy(id, { trails: true }).expect(422)).body.detail).toContain('trails')
    expect((await copy('st_0000000000000000', {}).expect(404)).body.type).toBe('/problems/study-not-found')
    expect(await count()).toBe(before)
  })

  it('leaves a copy alone that goes on already when its request comes again, whatever became of the original', async () => {
    const id = await create({ ...EXTERNAL, limits: { trials: 6, parallel: 3 } })
    const request = { trials: true, limits: { trials: 2 } }
    const first = await copyStudy(app().deps, parseStudyId(id)!, request, 'token')
    await app().http.post(`/v1/studies/${first.study.id}:stop`).expect(200)
    const later = { params: { x: 0.2 }, metrics: { loss: 0.2 } }
    await app().http.post(`/v1/studies/${id}/trials`).send(later).expect(201)
    const again = await copyStudy(app().deps, parseStudyId(id)!, request, 'token')

    expect([again.study.id, again.study.state]).toEqual([first.study.id, 'completed'])
    expect(await trialsOf(first.study.id)).toEqual([])
  })

  it('makes one copy of a request that is sent twice', async () => {
    const id = await createEnded()
    const send = () =>
      copy(id, { trials: true, limits: { trials: 10 } })
        .set('Idempotency-Key', `copy-${id}`)
        .expect(201)
    const [first, second] = [await send(), await send()]

    expect(second.body).toEqual(first.body)
    expect(await trialsOf(first.body.id)).toHaveLength(2)
  })
})
