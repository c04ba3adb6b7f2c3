import { describe, expect, it, vi } from 'vitest'
import { algebraNamed } from '../../../src/algebra/best-algebra.ts'
import { applyEvent } from '../../../src/domain/apply-event.ts'
import { HoneError } from '../../../src/domain/errors.ts'
import type { StudyId } from '../../../src/domain/ids.ts'
import type { ParameterSpec } from '../../../src/domain/search-space.ts'
import { isStudyFinished } from '../../../src/domain/study.ts'
import { type StudySnapshot, withQueued } from '../../../src/domain/study-snapshot.ts'
import { propose } from '../../../src/optimizer/propose.ts'
import type { ServiceDeps } from '../../../src/services/deps.ts'
import { proposeTrials } from '../../../src/services/scheduling/propose-trials.ts'
import { reconcile } from '../../../src/services/scheduling/reconcile.ts'
import { createStudy } from '../../../src/services/studies/create-study.ts'
import { enqueueTrials } from '../../../src/services/trials/enqueue-trials.ts'
import { verifyJournal } from '../../../src/services/verify/verify-journal.ts'
import { createMlpTrainer } from '../../../src/trainers/mlp/mlp-trainer.ts'
import { withServices } from '../../support/services.ts'

const mlpTrainer = createMlpTrainer()

const services = withServices()
const trainer = { kind: 'function', name: 'sine-cosine' } as const

async function finished(deps: ServiceDeps, id: StudyId) {
  const isOver = async () => isStudyFinished((await deps.store.places(id)).state)
  await vi.waitUntil(isOver, { timeout: 20_000, interval: 20 })
  return deps.store.getStudy(id)
}

describe('a study', () => {
  it('ends with exactly its trials, each finished once, several in flight at a time', async () => {
    const deps = services.deps()
    services.work(deps)

    const { study } = await createStudy(deps, { trainer, seed: 5, limits: { trials: 12, parallel: 3 } })
    const { counts, study: ended } = await finished(deps, study.id)

    expect(ended).toMatchObject({ state: 'completed', endReason: { code: 'budget-used' } })
    expect(counts).toMatchObject({ completed: 12, queued: 0, running: 0, failed: 0, canceled: 0 })
    const ends = (await deps.store.readJournal(study.id)).filter((event) => event.type === 'trial-finished')
    expect(ends.map(({ number }) => number).sort((a, b) => a - b)).toEqual([...Array(12).keys()])
  })

  it('invariant 3: each proposal can be made again from the journal up to its revision', async () => {
    const deps = services.deps()
    services.work(deps)
    const { study } = await createStudy(deps, { trainer, seed: 6, limits: { trials: 14, parallel: 4 } })
    await finished(deps, study.id)

    const journal = await deps.store.readJournal(study.id)
    const committed = journal.filter((event) => event.type === 'trial-proposed')
    let proposals = 0
    for (const event of journal) {
      if (event.type !== 'trial-proposed') continue
      const seen = journal.slice(0, event.origin.revision)
      const snapshot = seen.reduce<StudySnapshot | undefined>(applyEvent, undefined)
      const together = committed.slice(snapshot!.trials.length, event.number)
      expect(propose(withQueued(snapshot!, together), event.number, deps.numerics)).toEqual({
        params: event.params,
        origin: event.origin,
      })
      proposals++
    }
    expect(proposals).toBe(14)
  })

  it('trains networks with fixed and searched update settings, the same ones for the same seed', async () => {
    const deps = services.deps(mlpTrainer)
    services.work(deps)
    const settings = {
      optimizer: 'lion',
      schedule: 'oneCycle',
      warmupEpochs: 3,
      epochs: 8,
      averaging: 0.9,
    } as const
    const parameters: ParameterSpec[] = [
      { name: 'learningRate', type: 'float', min: 1e-5, max: 1e-2, scale: 'log' },
      { name: 'weightDecay', type: 'float', min: 1e-4, max: 1, scale: 'log' },
    ]
    const run = async () => {
      const { study } = await createStudy(deps, {
        trainer: { kind: 'mlp', dataset: 'iris', settings },
        searchSpace: { parameters, constraints: [] },
        seed: 3,
        limits: { trials: 4 },
      })
      const { counts } = await finished(deps, study.id)
      expect(counts).toMatchObject({ completed: 4, failed: 0 })
      const { items } = await deps.store.listTrials(study.id, { limit: 100 })
      return items.map(({ params, metrics }) => ({ params, metrics }))
    }

    expect(await run()).toEqual(await run())
  })

  it('gives the same trials for the same seed, one at a time', async () => {
    const deps = services.deps()
    services.work(deps)
    const run = async () => {
      const { study } = await createStudy(deps, { trainer, seed: 11, limits: { trials: 10 } })
      await finished(deps, study.id)
      const { items } = await deps.store.listTrials(study.id, { limit: 100 })
      return items.map(({ number, params, metrics }) => ({ number, params, metrics }))
    }

    expect(await run()).toEqual(await run())
  })

  it('tries an enqueued point before any further proposal', async () => {
    const deps = services.deps()
    const { study } = await createStudy(deps, { trainer, limits: { trials: 2 } })
    const params = { x0: -Math.PI / 2, x1: Math.PI }

    const [trial] = await enqueueTrials(deps, study.id, [{ params }])
    services.work(deps)
    const { study: ended } = await finished(deps, study.id)

    expect(trial).toMatchObject({ number: 0, state: 'queued', params, origin: { sampler: 'enqueued' } })
    expect(ended.bestTrial).toBe(0)
  })

  it('knows of the proposals that it makes together: none comes twice, and all can be made again', async () => {
    const deps = services.deps()
    const parameters = [0, 1].map((i) => ({ name: `x${i}`, type: 'ordinal' as const, values: [0, 1, 2] }))
    const sampler = { kind: 'random' as const }
    const limits = { trials: 9, parallel: 9 }
    const { study } = await createStudy(deps, { trainer, sampler, searchSpace: { parameters }, limits })

    await proposeTrials(deps, study.id, new AbortController().signal)

    const { trials } = await deps.store.loadSnapshot(study.id)
    expect(new Set(trials.map(({ params }) => JSON.stringify(params))).size).toBe(9)
    expect(new Set(trials.map(({ origin }) => origin.revision)).size).toBeLessThan(9)
    expect(verifyJournal(await deps.store.readJournal(study.id), algebraNamed)).toMatchObject({
      reproposed: 9,
    })
    expect(verifyJournal(await deps.store.readJournal(study.id), algebraNamed)).not.toHaveProperty(
      'difference',
    )
  })

  it('ends as advised when nothing is left to gain, and its journal can be verified', async () => {
    const deps = services.deps()
    services.work(deps)
    const stopping = { kind: 'advice' as const, minTrials: 8, minImprovement: 2 }
    const { study } = await createStudy(deps, {
      trainer,
      seed: 4,
      stopping,
      limits: { trials: 50, parallel: 3 },
    })
    const { study: ended, counts } = await finished(deps, study.id)

    expect(ended).toMatchObject({ state: 'completed', endReason: { code: 'advised' } })
    expect(counts.completed).toBeGreaterThanOrEqual(8)
    expect(counts).toMatchObject({ canceled: 0, running: 0, queued: 0 })
    const verified = verifyJournal(await deps.store.readJournal(study.id), algebraNamed)
    expect(verified).toMatchObject({ reproposed: counts.completed })
    expect(verified).not.toHaveProperty('difference')
  })

  it('ends as exhausted when every point of a finite space has been tried', async () => {
    const deps = services.deps()
    services.work(deps)
    const parameters = [0, 1].map((i) => ({ name: `x${i}`, type: 'ordinal' as const, values: [0, 1, 2] }))

    const request = { trainer, searchSpace: { parameters }, limits: { trials: 50, parallel: 2 } }
    const { study } = await createStudy(deps, request)
    const { study: ended, counts } = await finished(deps, study.id)

    expect(ended).toMatchObject({ state: 'completed', endReason: { code: 'exhausted' } })
    expect(counts.completed).toBe(9)
  })
})

describe('a study whose queue is away when it is created', () => {
  it('is created all the same, and started by the sweep', async () => {
    const deps = services.deps()
    const away = () => Promise.reject(new HoneError('storage-unavailable', 'The queue does not answer.'))
    const request = { trainer, limits: { trials: 3 } }

    const { study } = await createStudy({ ...deps, jobs: { ...deps.jobs, enqueueProposal: away } }, request)
    services.work(deps)
    await reconcile(deps, new AbortController().signal)

    expect((await finished(deps, study.id)).counts.completed).toBe(3)
  })
})
