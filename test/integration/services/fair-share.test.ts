import { describe, expect, it } from 'vitest'
import { createStudy } from '../../../src/services/studies/create-study.ts'
import { withServices } from '../../support/services.ts'

const services = withServices()
const trainer = { kind: 'function', name: 'branin' } as const
const sampler = { kind: 'random' } as const

describe('a study that could use every worker for ever', () => {
  it('leaves others their turn: a small one that comes later ends long before it', async () => {
    const deps = services.deps()
    const huge = { trainer, sampler, limits: { trials: 5000, parallel: 1000 } }
    const { study: first } = await createStudy(deps, huge)
    services.work(deps)
    await expect.poll(async () => (await deps.store.getStudy(first.id)).counts.completed).toBeGreaterThan(20)

    const small = { trainer, sampler, limits: { trials: 10, parallel: 1 } }
    const { study: second } = await createStudy(deps, small)
    await expect
      .poll(async () => (await deps.store.getStudy(second.id)).study.state, { interval: 10, timeout: 20_000 })
      .toBe('completed')

    expect((await deps.store.getStudy(first.id)).counts.completed).toBeLessThan(4000)
    expect((await deps.store.getStudy(first.id)).counts.queued).toBeLessThan(200)
  })
})

describe('a study of a higher priority', () => {
  it('gets as many times the turn of another that wants as much', async () => {
    const deps = services.deps()
    const wanted = { trainer, sampler, limits: { trials: 3000, parallel: 1000 } }
    const { study: usual } = await createStudy(deps, wanted)
    const { study: urgent } = await createStudy(deps, { ...wanted, priority: 8 })
    const completed = async (id: typeof usual.id) => (await deps.store.getStudy(id)).counts.completed
    services.work(deps)

    await expect.poll(() => completed(urgent.id), { interval: 10, timeout: 60_000 }).toBeGreaterThan(1500)

    expect(await completed(usual.id)).toBeLessThan(750)
    expect(await completed(usual.id)).toBeGreaterThan(0)
  })
})
