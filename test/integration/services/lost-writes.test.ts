import { describe, expect, it } from 'vitest'
import { proposeTrials } from '../../../src/services/scheduling/propose-trials.ts'
import { createStudy } from '../../../src/services/studies/create-study.ts'
import { createAskTrials } from '../../../src/services/trials/ask-trials.ts'
import { rewindPoint } from '../../support/rewind.ts'
import { withServices } from '../../support/services.ts'

const services = withServices()
const { signal } = new AbortController()
const common = {
  searchSpace: { parameters: [{ name: 'x0', type: 'float', min: 0, max: 1 }] },
  metrics: [{ name: 'value', goal: 'minimize' }],
  sampler: { kind: 'random' },
} as const
const EXTERNAL = {
  ...common,
  trainer: { kind: 'external' },
  limits: { trials: 9, parallel: 9 },
} as const
const FUNCTION = {
  trainer: { kind: 'function', name: 'sphere' },
  limits: { trials: 9, parallel: 9 },
} as const

describe('where Redis has lost its last writes under processes that live on', () => {
  it.each(['none', 'auto'] as const)('trials are given out as before, with pruner %s', async (kind) => {
    const deps = services.deps()
    const pruner = kind === 'auto' ? { kind, maxSteps: 9 } : { kind }
    const { study } = await createStudy(deps, { ...EXTERNAL, pruner })
    const ask = createAskTrials()
    const asked = async (worker: string) => {
      const { trials } = await ask(deps, study.id, { worker, count: 1, leaseMs: 60_000, waitMs: 0, signal })
      return trials.map(({ trial }) => trial.number)
    }
    expect(await asked('a')).toEqual([0])
    const rewind = await rewindPoint(services.redis())
    expect(await asked('b')).toEqual([1])
    expect(await asked('c')).toEqual([2])
    await rewind()

    expect(await asked('d')).toEqual([1])
    expect(await asked('e')).toEqual([2])
    expect(await asked('f')).toEqual([3])
  })

  it('trials are proposed as before', async () => {
    const deps = services.deps()
    const { study } = await createStudy(deps, FUNCTION)
    const rewind = await rewindPoint(services.redis())
    await proposeTrials(deps, study.id, signal)
    const { nextIndex } = await deps.store.places(study.id)
    await rewind()

    await proposeTrials(deps, study.id, signal)

    expect(nextIndex).toBeGreaterThan(0)
    expect((await deps.store.places(study.id)).nextIndex).toBe(nextIndex)
  })

  it('a commit that is refused again and again is given up', async () => {
    const deps = services.deps()
    const { study } = await createStudy(deps, EXTERNAL)
    const refusing = {
      ...deps,
      store: {
        ...deps.store,
        commitAsked: async () => undefined,
        commitProposals: async () => ({ committed: 0, placesLeft: 0 }),
      },
    }

    const request = { worker: 'a', count: 1, leaseMs: 60_000, waitMs: 0, signal }
    const { trials } = await createAskTrials()(refusing, study.id, request)
    await proposeTrials(refusing, study.id, signal)

    expect(trials).toEqual([])
  })
})
