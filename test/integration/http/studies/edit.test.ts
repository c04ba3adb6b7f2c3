import { describe, expect, it } from 'vitest'
import { algebraNamed } from '../../../../src/algebra/best-algebra.ts'
import { parseStudyId } from '../../../../src/domain/ids.ts'
import { StudySchema } from '../../../../src/http/schemas/study.ts'
import { verifyStudy } from '../../../../src/services/verify/verify-study.ts'
import { withApp } from '../../../support/app.ts'
import { createExternalStudy } from '../../../support/external-study.ts'

const app = withApp()
const create = (limits?: object) => createExternalStudy(app(), limits && { limits })
const patch = (id: string, body: object) => app().http.patch(`/v1/studies/${id}`).send(body)

describe('PATCH /v1/studies/{study}', () => {
  it('changes name and tags, and nothing else', async () => {
    const { id, get } = await create()
    const { body: before } = await get()

    const response = await patch(id, { name: 'renamed', tags: ['a', 'b'] })

    expect(response.status).toBe(200)
    expect(StudySchema.parse(response.body)).toEqual(response.body)
    expect(response.body).toEqual({
      ...before,
      name: 'renamed',
      tags: ['a', 'b'],
      revision: before.revision + 1,
    })
    expect((await get()).headers.etag).toBe(response.headers.etag)
  })

  it('raises a budget: the study goes on, and its journal still proves itself', async () => {
    const study = await create({ trials: 2, parallel: 1 })
    await study.ask()
    await patch(study.id, { limits: { trials: 3, parallel: 2 } }).expect(200)

    const { trials } = await study.ask()
    for (const number of [0, 1]) {
      await study
        .post(`/trials/${number}:tell`, { state: 'completed', metrics: { loss: number } })
        .expect(200)
    }

    expect(trials).toHaveLength(1)
    expect((await study.get()).body).toMatchObject({ state: 'running', limits: { trials: 3, parallel: 2 } })
    const { difference } = await verifyStudy(app().deps.store, parseStudyId(study.id)!, algebraNamed)
    expect(difference).toBeUndefined()
  })

  it('ends a study whose budget is lowered to the trials that it has', async () => {
    const study = await create({ trials: 9 })
    await study.ask()
    await study.post('/trials/0:tell', { state: 'completed', metrics: { loss: 1 } }).expect(200)

    const { body } = await patch(study.id, { limits: { trials: 1 } })

    expect(body).toMatchObject({ state: 'completed', endReason: { code: 'budget-used' } })
  })

  it('does it only to the version of If-Match: 412', async () => {
    const { id, get, ask } = await create()
    const { etag } = (await get()).headers
    await ask()

    const stale = await patch(id, { name: 'late' }).set('if-match', etag!)
    const fresh = await patch(id, { name: 'in time' }).set('if-match', (await get()).headers.etag!)
    const other = await patch(id, { name: 'never' }).set('if-match', '"trial-1"')

    expect([stale.status, fresh.status, other.status]).toEqual([412, 200, 412])
    expect(stale.body.type).toBe('/problems/precondition-failed')
    expect((await get()).body.name).toBe('in time')
  })

  it('takes several versions in If-Match, one of which must be the present one: 412', async () => {
    const { id, get } = await create()
    const { etag } = (await get()).headers

    const among = await patch(id, { name: 'a' }).set('if-match', `"study-99", ${etag}`)
    const gone = await patch(id, { name: 'b' }).set('if-match', `"study-99", ${etag}`)

    expect([among.status, gone.status]).toEqual([200, 412])
  })

  it('is no event where it changes nothing', async () => {
    const { id, get, ask } = await create({ trials: 9, seconds: 60 })
    await ask()
    const { body: before } = await get()
    const { limits, searchSpace, name, tags } = before

    for (const edit of [{}, { name, tags }, { limits }, { limits: {} }, { searchSpace }])
      expect((await patch(id, edit).expect(200)).body).toEqual(before)
    expect((await patch(id, { name: 'b' }).expect(200)).body.revision).toBe(before.revision + 1)
  })

  it('refuses a budget below the trials that are there: 409', async () => {
    const study = await create({ trials: 9 })
    await study.ask({ count: 2 })

    const response = await patch(study.id, { limits: { trials: 1 } })

    expect(response.status).toBe(409)
    expect(response.body).toMatchObject({
      type: '/problems/limit-too-low',
      detail: expect.stringContaining('at least 2'),
    })
  })

  it('renames a finished study, but leaves its limits: 409', async () => {
    const study = await create()
    await study.post(':stop').expect(200)

    expect((await patch(study.id, { name: 'over' })).body).toMatchObject({ state: 'completed', name: 'over' })
    expect((await patch(study.id, { limits: { trials: 9 } })).body.type).toBe('/problems/illegal-move')
  })

  it.each([
    [{ seed: 1 }, 'seed', expect.stringContaining('unknown field')],
    [{ limits: { trials: 0 } }, 'limits.trials', 'must be at least 1'],
    [{ limits: { trail: 1 } }, 'limits.trail', expect.stringContaining('did you mean `trials`?')],
  ])('refuses %j: 422', async (body, path, message) => {
    const response = await patch((await create()).id, body)

    expect(response.status).toBe(422)
    expect(response.body).toMatchObject({ type: '/problems/invalid-request', errors: [{ path, message }] })
  })

  it('knows no such study: 404', async () => {
    expect((await patch('st_2222222222222222', { name: 'x' })).body.type).toBe('/problems/study-not-found')
  })
})
