import { describe, expect, it } from 'vitest'
import { algebraNamed } from '../../../../src/algebra/best-algebra.ts'
import { parseStudyId } from '../../../../src/domain/ids.ts'
import { verifyStudy } from '../../../../src/services/verify/verify-study.ts'
import { withApp } from '../../../support/app.ts'
import { createExternalStudy, type ExternalStudy } from '../../../support/external-study.ts'

const app = withApp()
/** A space of which no other test's studies have more than a third. */
const spaceOf = (...names: string[]) => ({
  parameters: ['x', ...names].map((name) => ({ name, type: 'float', min: 0, max: 1 })),
})
const UNKNOWN = 'st_2222222222222222'

/** Trains a study whose best value is there, until it ends. */
async function train(study: ExternalStudy, best: number): Promise<void> {
  for (;;) {
    const { trials } = await study.ask()
    if (trials.length === 0) return
    for (const { number, params } of trials) {
      const metrics = { loss: (params.x - best) ** 2 }
      await study.post(`/trials/${number}:tell`, { state: 'completed', metrics }).expect(200)
    }
  }
}

async function trained(best: number, fields: object = {}): Promise<string> {
  const study = await createExternalStudy(app(), { limits: { trials: 12, parallel: 1 }, ...fields })
  await train(study, best)
  return study.id
}

async function faultsOf(fields: object): Promise<unknown> {
  const metrics = [{ name: 'loss', goal: 'minimize' }]
  const study = { trainer: { kind: 'external' }, searchSpace: spaceOf(), metrics, ...fields }
  const { body } = await app().http.post('/v1/studies').send(study).expect(422)
  return body.errors
}

describe('a warm start', () => {
  it('begins where the studies that were named did well, and says where from', async () => {
    const ids = [await trained(0.2), await trained(0.8, { seed: 8 })]
    const limits = { trials: 8, parallel: 1 }
    const study = await createExternalStudy(app(), { limits, warmStart: { studies: ids } })

    const { warmStart } = (await study.get()).body
    expect(warmStart.studies).toEqual(ids)
    expect(warmStart.points.map(({ from }: { from: string }) => from).sort()).toEqual([...ids].sort())
    await train(study, 0.21)
    const { items } = (await study.get('/trials')).body
    expect(items.slice(0, 2).map(({ params }: { params: object }) => params)).toEqual(
      warmStart.points.map(({ params }: { params: object }) => params),
    )
    expect(items[0].origin).toMatchObject({ sampler: 'warm-start', from: warmStart.points[0].from })
    expect(items[2].origin.sampler).not.toBe('warm-start')
  })

  it('is part of the journal, which proves itself without the studies that it learned from', async () => {
    const earlier = await trained(0.3)
    const study = await createExternalStudy(app(), {
      limits: { trials: 7, parallel: 1 },
      warmStart: { studies: [earlier] },
    })
    await app().http.delete(`/v1/studies/${earlier}`).expect(204)
    await train(study, 0.3)

    const { difference, reproposed } = await verifyStudy(
      app().deps.store,
      parseStudyId(study.id)!,
      algebraNamed,
    )
    expect(difference).toBeUndefined()
    expect(reproposed).toBe(7)
  })

  it('finds by itself the studies that have ended and are like the new one', async () => {
    const searchSpace = spaceOf('a', 'b')
    const open = await createExternalStudy(app(), { searchSpace, limits: { trials: 9, parallel: 1 } })
    for (let number = 0; number < 8; number++) {
      await open.ask()
      await open.post(`/trials/${number}:tell`, { state: 'completed', metrics: { loss: number } }).expect(200)
    }
    const ended = [await trained(0.5, { searchSpace }), await trained(0.6, { searchSpace, seed: 8 })]
    const other = await createExternalStudy(app(), {
      searchSpace,
      metrics: [{ name: 'loss', goal: 'maximize' }],
      limits: { trials: 6, parallel: 1 },
    })
    await train(other, 0.5)

    const study = await createExternalStudy(app(), { searchSpace, warmStart: 'auto' })
    const { warmStart } = (await study.get()).body
    expect(warmStart.studies).toEqual(ended.toReversed())
    expect(warmStart.points.length).toBeGreaterThan(0)
  })

  it('begins with nothing where there is nothing to learn from yet', async () => {
    const study = await createExternalStudy(app(), { searchSpace: spaceOf('c', 'd'), warmStart: 'auto' })
    expect((await study.get()).body.warmStart).toEqual({ studies: [], points: [] })
    expect((await study.ask()).trials).toHaveLength(1)
  })

  it('refuses studies that cannot teach this one, each with why', async () => {
    const few = await createExternalStudy(app(), { limits: { trials: 3, parallel: 1 } })
    await train(few, 0.5)
    const other = await trained(0.5, { searchSpace: spaceOf('e', 'f') })
    const studies = [UNKNOWN, few.id, other, 'nonsense']
    expect(await faultsOf({ searchSpace: spaceOf('g', 'h'), warmStart: { studies } })).toEqual([
      { path: 'warmStart.studies[0]', message: `there is no study ${UNKNOWN}` },
      { path: 'warmStart.studies[1]', message: expect.stringContaining('too few results') },
      { path: 'warmStart.studies[2]', message: expect.stringContaining('lacks more than half') },
      { path: 'warmStart.studies[3]', message: 'there is no study nonsense' },
    ])
  })

  it('is refused where there are several objectives, or no study is named', async () => {
    const metrics = ['loss', 'time'].map((name) => ({ name, goal: 'minimize' }))
    expect(await faultsOf({ metrics, warmStart: 'auto' })).toEqual([
      { path: 'warmStart', message: 'is for studies of one objective: leave it out' },
    ])
    expect(await faultsOf({ warmStart: { studies: [] } })).toMatchObject([{ path: 'warmStart.studies' }])
  })
})
