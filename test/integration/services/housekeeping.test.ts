import { describe, expect, it } from 'vitest'
import { isStudyFinished } from '../../../src/domain/study.ts'
import type { ServiceDeps } from '../../../src/services/deps.ts'
import { type AtRest, reconcile, reconcileForever } from '../../../src/services/scheduling/reconcile.ts'
import { retainStudies } from '../../../src/services/scheduling/retain-studies.ts'
import { createStudy } from '../../../src/services/studies/create-study.ts'
import { deleteStudy } from '../../../src/services/studies/delete-study.ts'
import { enqueueTrials } from '../../../src/services/trials/enqueue-trials.ts'
import { withServices } from '../../support/services.ts'

const services = withServices()
const STUDY = {
  trainer: { kind: 'function', name: 'branin' },
  sampler: { kind: 'random' },
  limits: { trials: 30, parallel: 8 },
} as const
const SPACE = { parameters: [{ name: 'x', type: 'float', min: 0, max: 1 }] } as const
const METRICS = [{ name: 'loss', goal: 'minimize' }] as const
// What BullMQ keeps of a queue without jobs, whatever went through it.
const OF_QUEUES = /^\{test\}:(proposals|trials):(meta|id|events|marker|stalled-check)$/

async function runStudy(deps: ServiceDeps) {
  const { study } = await createStudy(deps, STUDY)
  await enqueueTrials(deps, study.id, [{ params: { x0: 0, x1: 1 } }], 'a request that may come again')
  const isOver = async () => isStudyFinished((await deps.store.places(study.id)).state)
  await expect.poll(isOver, { timeout: 20_000 }).toBe(true)
  await expect.poll(() => deps.store.isOpen(study.id)).toBe(false)
  return study.id
}

const keys = () => services.redis().keys('*')

describe('what is left over', () => {
  it('of a study that is deleted is no key at all, and of its jobs neither', async () => {
    const deps = services.deps()
    services.work(deps)
    const ids = [await runStudy(deps), await runStudy(deps)]

    for (const id of ids) await deleteStudy(deps, id)

    await expect.poll(async () => (await keys()).filter((key) => !OF_QUEUES.test(key))).toEqual([])
  })

  it('of the jobs of many trials does not grow', async () => {
    const deps = services.deps()
    services.work(deps)
    await runStudy(deps)
    const left = async () => {
      const isJob = (key: string) => /:(trials|proposals):(st_|active|wait)/.test(key)
      await expect.poll(async () => (await keys()).filter(isJob)).toEqual([])
      return (await keys()).filter((key) => key.startsWith('{test}:') && !OF_QUEUES.test(key))
    }
    const before = await left()

    for (let i = 0; i < 3; i++) await runStudy(deps)

    expect(await left()).toEqual(before)
    for (const queue of ['proposals', 'trials'])
      expect(await services.redis().xlen(`{test}:${queue}:events`)).toBeLessThan(300)
  })
})

describe('the journal of a study', () => {
  const lengths = async (id: string) => ({
    asItCame: await services.redis().xlen(`test:{${id}}:journal`),
    blocks: await services.redis().zcard(`test:{${id}}:archive`),
  })

  it('is put away by a sweep while the study runs, but for the newest events', async () => {
    const deps = services.deps()
    const study = { ...STUDY, trainer: { kind: 'external' }, searchSpace: SPACE, metrics: METRICS } as const
    const { id } = (await createStudy(deps, study)).study
    await enqueueTrials(
      deps,
      id,
      Array.from({ length: 29 }, () => ({ params: { x: 1 } })),
    )
    const before = await deps.store.readJournal(id)

    await reconcile(deps, new AbortController().signal)

    // Blocks of eight, and a quarter of that stays.
    expect(await lengths(id)).toEqual({ asItCame: 6, blocks: 3 })
    expect(await deps.store.readJournal(id)).toEqual(before)
  })

  it('is put away to the last event before the study is taken off the list of open ones', async () => {
    const deps = services.deps()
    services.work(deps)

    const id = await runStudy(deps)

    expect((await lengths(id)).asItCame).toBeLessThan(3)
    expect((await lengths(id)).blocks).toBeGreaterThan(10)
  })
})

describe('a study that needs nothing', () => {
  const EXTERNAL = { ...STUDY, trainer: { kind: 'external' }, searchSpace: SPACE, metrics: METRICS } as const
  const { signal } = new AbortController()

  /** @returns which studies are looked into by a sweep. */
  async function swept(deps: ServiceDeps, atRest?: AtRest) {
    const ids: string[] = []
    const getStudy: typeof deps.store.getStudy = (id) => {
      ids.push(id)
      return deps.store.getStudy(id)
    }
    return { atRest: await reconcile({ ...deps, store: { ...deps.store, getStudy } }, signal, atRest), ids }
  }

  it('is passed over by sweeps until something happens to it', async () => {
    const deps = services.deps()
    const { id: external } = (await createStudy(deps, EXTERNAL)).study
    const { id: paused } = (await createStudy(deps, { ...STUDY, paused: true })).study

    const first = await swept(deps)
    const second = await swept(deps, first.atRest)
    await deps.store.resumeStudy(paused)
    const third = await swept(deps, second.atRest)

    expect(first.ids.toSorted()).toEqual([external, paused].toSorted())
    expect(second).toEqual({ atRest: first.atRest, ids: [] })
    expect(third.ids).toEqual([paused])
  })

  it('is not one whose job may be lost, nor one whose time may run out', async () => {
    const deps = services.deps()
    await createStudy(deps, STUDY)
    await createStudy(deps, { ...EXTERNAL, limits: { seconds: 60 } })
    const { id: stopping } = (await createStudy(deps, EXTERNAL)).study
    await enqueueTrials(deps, stopping, [{ params: { x: 1 } }])
    await deps.store.takeTrials(stopping, { worker: 'w', count: 1, leaseMs: 60_000 })
    await deps.store.stopStudy(stopping, { code: 'stopped', message: 'Enough.' })

    expect((await swept(deps)).atRest).toEqual(new Map())
  })
})

describe('a stop whose process dies over it', () => {
  it('is finished by the sweep', async () => {
    const deps = services.deps()
    const study = { ...STUDY, trainer: { kind: 'external' }, searchSpace: SPACE, metrics: METRICS } as const
    const { id } = (await createStudy(deps, { ...study, limits: { trials: 600 } })).study
    const points = Array.from({ length: 600 }, () => ({ params: { x: 1 } }))
    await enqueueTrials(deps, id, points)
    const dying = services.deps(undefined, diesAfter(2))

    await expect(dying.store.stopStudy(id, { code: 'stopped', message: 'Enough.' })).rejects.toThrow()
    const before = await deps.store.getStudy(id)
    await reconcile(deps, new AbortController().signal)

    expect(before).toMatchObject({ study: { state: 'stopping' }, counts: { queued: 100, canceled: 500 } })
    expect(await deps.store.getStudy(id)).toMatchObject({
      study: { state: 'completed' },
      counts: { queued: 0, canceled: 600 },
    })
    expect(await deps.store.isOpen(id)).toBe(false)
  })
})

/** A clock that each script looks at once. */
function diesAfter(looks: number): () => Date {
  let looked = 0
  return () => {
    if (looked++ === looks) throw new Error('killed')
    return new Date()
  }
}

describe('a study that is over', () => {
  it('is deleted when it has been kept for as many days as it should, and not before', async () => {
    let now = Date.now()
    const deps = services.deps(undefined, () => new Date(now))
    services.work(deps)
    const id = await runStudy(deps)

    await retainStudies(deps, 7)
    const before = await deps.store.getStudy(id)
    now += 8 * 24 * 60 * 60 * 1000
    const sweeping = new AbortController()
    const sweep = reconcileForever(deps, { everyMs: 50, retentionDays: 7 }, sweeping.signal)
    await expect
      .poll(() =>
        deps.store.getStudy(id).then(
          () => 'there',
          (error) => error.code,
        ),
      )
      .toBe('study-not-found')
    sweeping.abort()
    await sweep

    expect(before.study.state).toBe('completed')
    expect(await deps.store.listClosedStudies(new Date(now), 9)).toEqual([])
  })
})
