import { describe, expect, it } from 'vitest'
import type { ServiceDeps } from '../../../src/services/deps.ts'
import { proposeTrials } from '../../../src/services/scheduling/propose-trials.ts'
import { createStudy } from '../../../src/services/studies/create-study.ts'
import { editStudy } from '../../../src/services/studies/edit-study.ts'
import { createAskTrials } from '../../../src/services/trials/ask-trials.ts'
import { enqueueTrials } from '../../../src/services/trials/enqueue-trials.ts'
import { withServices } from '../../support/services.ts'

const services = withServices()
const { signal } = new AbortController()
const spaceOf = (values: readonly number[]) =>
  ({ parameters: [{ name: 'x0', type: 'ordinal', values }] }) as const

/** Services to which something else happens right before a study is stopped. */
function meanwhile(deps: ServiceDeps, happen: () => Promise<unknown>): ServiceDeps {
  let next: (() => Promise<unknown>) | undefined = happen
  const stopStudy: ServiceDeps['store']['stopStudy'] = async (...args) => {
    const once = next
    next = undefined
    await once?.()
    return deps.store.stopStudy(...args)
  }
  return { ...deps, store: { ...deps.store, stopStudy } }
}

/** A study without further values to try. */
async function usedUp(deps: ServiceDeps, kind: 'external' | 'function') {
  const trainer = kind === 'external' ? { kind } : { kind, name: 'sphere' }
  const metrics = kind === 'external' ? [{ name: 'value', goal: 'minimize' } as const] : undefined
  const limits = { trials: 9, parallel: 9 }
  const request = {
    trainer,
    searchSpace: spaceOf([1, 2]),
    sampler: { kind: 'random' } as const,
    limits,
    metrics,
  }
  const { study } = await createStudy(deps, request)
  const known = [1, 2].map((x0) => ({ params: { x0 }, metrics: { value: x0 } }))
  await enqueueTrials(deps, study.id, known)
  return study.id
}

describe('a study whose values are used up', () => {
  it.each(['external', 'function'] as const)('goes on in a space that has just grown: %s', async (kind) => {
    const deps = services.deps()
    const id = await usedUp(deps, kind)
    const grow = () => editStudy(deps, id, { searchSpace: spaceOf([1, 2, 3]) })
    const grown = meanwhile(deps, grow)

    if (kind === 'function') await proposeTrials(grown, id, signal)
    else await createAskTrials()(grown, id, { worker: 'w', count: 1, leaseMs: 9000, waitMs: 0, signal })

    const { study } = await deps.store.getStudy(id)
    expect(study.state).toBe('running')
    expect((await deps.store.getTrial(id, 2)).params).toEqual({ x0: 3 })
  })

  it('goes on with a trial that was just enqueued', async () => {
    const deps = services.deps()
    const id = await usedUp(deps, 'function')
    const enqueued = meanwhile(deps, () => enqueueTrials(deps, id, [{ params: { x0: 1 } }]))

    await proposeTrials(enqueued, id, signal)

    expect((await deps.store.getStudy(id)).study.state).toBe('running')
    expect(await deps.store.inFlight(id)).toEqual([{ number: 2, state: 'queued' }])
  })

  it('ends as exhausted where nothing else happens', async () => {
    const deps = services.deps()
    const id = await usedUp(deps, 'function')

    await proposeTrials(deps, id, signal)

    const { study } = await deps.store.getStudy(id)
    expect(study).toMatchObject({ state: 'completed', endReason: { code: 'exhausted' } })
  })
})
