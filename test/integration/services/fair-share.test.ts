import { describe, expect, it } from 'vitest'
import { createStudy } from '../../../src/services/create-study.ts'
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
