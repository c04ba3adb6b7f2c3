import { describe, expect, it, vi } from 'vitest'
import { type StudyId, trialId } from '../../../src/domain/ids.ts'
import type { ParameterValues } from '../../../src/domain/search-space.ts'
import type { ServiceDeps } from '../../../src/services/deps.ts'
import { type LocalTrainer, TrainingFailed, TrainingPaused } from '../../../src/services/ports/trainer.ts'
import { proposeTrials } from '../../../src/services/scheduling/propose-trials.ts'
import { reconcileStudy } from '../../../src/services/scheduling/reconcile.ts'
import { createStudy } from '../../../src/services/studies/create-study.ts'
import { deleteStudy } from '../../../src/services/studies/delete-study.ts'
import { editStudy } from '../../../src/services/studies/edit-study.ts'
import { moveStudy } from '../../../src/services/studies/move-study.ts'
import type { StudyRequest, TrainerRequest } from '../../../src/services/studies/study-request.ts'
import { runTrial } from '../../../src/services/trials/run-trial.ts'
import { stopTrial } from '../../../src/services/trials/stop-trial.ts'
import { unlessDeleted } from '../../../src/services/unless-deleted.ts'
import { heldTrainer, withServices } from '../../support/services.ts'

const services = withServices()
const never = new AbortController().signal

async function aRunningTrial(trials = 2, fields: Partial<StudyRequest> = {}) {
  const { trainer: held, next } = heldTrainer()
  const deps = services.deps(held)
  const trainer: TrainerRequest = { kind: 'mlp', dataset: 'any' }
  const { study } = await createStudy(deps, { trainer, limits: { trials }, ...fields })
  await proposeTrials(deps, study.id, never)
  const shutdown = new AbortController()
  const run = runTrial(deps, trialId(study.id, 0), 'first', shutdown.signal)
  return { deps, id: study.id, shutdown, run, training: await next(), next }
}

const trialZero = (deps: ServiceDeps, id: StudyId) => deps.store.getTrial(id, 0)

describe('runTrial', () => {
  it('stores every report and the metrics', async () => {
    const { deps, id, run, training } = await aRunningTrial()

    training.report(1, 0.5)
    training.report(2, 0.25)
    training.finish(0.25)
    await run

    const trial = await trialZero(deps, id)
    expect(trial).toMatchObject({ state: 'completed', metrics: { value: 0.25 }, attempt: 1, worker: 'first' })
    expect(trial.curve).toEqual([
      { step: 1, metrics: { value: 0.5 } },
      { step: 2, metrics: { value: 0.25 } },
    ])
  })

  it('stores the standard errors that a trainer tells', async () => {
    const { trainer } = heldTrainer()
    const measured = { metrics: { value: 1 }, standardErrors: { value: 0.1 } }
    const deps = services.deps({ ...trainer, train: async () => measured })
    const { study } = await createStudy(deps, {
      trainer: { kind: 'mlp', dataset: 'any' },
      limits: { trials: 1 },
    })
    await proposeTrials(deps, study.id, never)

    await runTrial(deps, trialId(study.id, 0), 'first', never)

    expect(await trialZero(deps, study.id)).toMatchObject({ state: 'completed', ...measured })
  })

  it('trains what was proposed before a parameter was added with its default', async () => {
    const { trainer } = heldTrainer()
    const trained: ParameterValues[] = []
    const train: LocalTrainer['train'] = async ({ params }) => {
      trained.push(params)
      return { metrics: { value: 1 } }
    }
    const deps = services.deps({ ...trainer, train })
    const { study } = await createStudy(deps, { trainer: { kind: 'mlp', dataset: 'any' } })
    await proposeTrials(deps, study.id, never)
    const { params } = await trialZero(deps, study.id)
    const { parameters } = study.definition.searchSpace
    const added = { name: 'x1', type: 'int', min: 0, max: 9, default: 4 } as const

    await editStudy(deps, study.id, { searchSpace: { parameters: [...parameters, added] } })
    await runTrial(deps, trialId(study.id, 0), 'first', never)

    expect(trained).toEqual([{ ...params, x1: 4 }])
  })

  it('gives the trial back on shutdown, and the next attempt finishes it', async () => {
    const { deps, id, shutdown, run, next } = await aRunningTrial()

    shutdown.abort('shutdown')
    await run
    const released = await trialZero(deps, id)
    const again = runTrial(deps, trialId(id, 0), 'second', never)
    const training = await next()
    training.finish(1)
    await again

    expect(released).toMatchObject({ state: 'queued', attempt: 1, crashes: 0 })
    expect(await trialZero(deps, id)).toMatchObject({
      state: 'completed',
      attempt: 2,
      crashes: 0,
      worker: 'second',
    })
  })

  it('invariant 5: leaves the trial to a newer attempt, and writes nothing over it', async () => {
    const { deps, id, run, training, next } = await aRunningTrial()

    const again = runTrial(deps, trialId(id, 0), 'second', never)
    const second = await next()
    training.report(1, 9)
    await run
    second.finish(1)
    await again

    expect(training.signal.reason).toBe('superseded')
    expect(await trialZero(deps, id)).toMatchObject({
      metrics: { value: 1 },
      attempt: 2,
      crashes: 1,
      worker: 'second',
    })
  })

  it('cancels the trial when a report brings back that the study is stopping', async () => {
    const { deps, id, run, training } = await aRunningTrial()

    await moveStudy(deps, id, 'stop')
    training.report(1, 0.5)
    await run

    expect(await trialZero(deps, id)).toMatchObject({ state: 'canceled', reason: 'The study was stopped.' })
    expect((await deps.store.getStudy(id)).study).toMatchObject({
      state: 'completed',
      endReason: { code: 'stopped' },
    })
  })

  it('cancels the trial when a report brings back that it was stopped, and goes on with the study', async () => {
    const { deps, id, run, training } = await aRunningTrial()

    await stopTrial(deps, id, 0)
    training.report(1, 0.5)
    await run

    expect(await trialZero(deps, id)).toMatchObject({ state: 'canceled', reason: 'The trial was stopped.' })
    expect((await deps.store.getStudy(id)).study.state).toBe('running')
  })

  it('fails the trial with the reason of a training that cannot be done', async () => {
    const { deps, id, run, training } = await aRunningTrial()

    training.fail(new TrainingFailed('loss is not finite'))
    await run

    expect(await trialZero(deps, id)).toMatchObject({ state: 'failed', reason: 'loss is not finite' })
  })

  it('fails the trial without telling the inside of an unforeseen error', async () => {
    const { deps, id, run, training } = await aRunningTrial()

    training.fail(new Error('secret /path'))
    await run

    expect((await trialZero(deps, id)).reason).not.toContain('secret')
  })

  it('fails a trial whose objective is not a finite number', async () => {
    const { deps, id, run, training } = await aRunningTrial()

    training.finish(Number.NaN)
    await run

    expect(await trialZero(deps, id)).toMatchObject({
      state: 'failed',
      reason: 'The trainer gave no finite value.',
    })
  })

  it('fails a trial whose objective is below its log scale', async () => {
    const metrics = [{ name: 'value', goal: 'minimize', scale: 'log' }] as const
    const { deps, id, run, training } = await aRunningTrial(2, { metrics })

    training.finish(-0.5)
    await run

    expect(await trialZero(deps, id)).toMatchObject({
      state: 'failed',
      reason: 'value is -0.5, below 0, for which a log scale has no place.',
    })
  })

  it('ends when the study is deleted under it', async () => {
    const { deps, id, run, training } = await aRunningTrial()

    await deleteStudy(deps, id)
    training.report(1, 0.5)
    await unlessDeleted(run)

    expect(training.signal.reason).toBe('superseded')
  })

  it('does nothing for a trial that is finished', async () => {
    const { deps, id, run, training } = await aRunningTrial()
    training.finish(1)
    await run

    await runTrial(deps, trialId(id, 0), 'late', never)

    expect(await trialZero(deps, id)).toMatchObject({ attempt: 1, worker: 'first' })
  })
})

describe('a trial whose study is paused', () => {
  /** Reports one step, and pauses when it is asked to. */
  function aPausable() {
    const begun: { checkpoint: string; finish: () => void }[] = []
    const trainer: LocalTrainer = {
      ...heldTrainer().trainer,
      canPause: true,
      train: (request, onReport, _signal, pause) =>
        new Promise((resolve, reject) => {
          const checkpoint = Buffer.from(request.checkpoint ?? []).toString()
          pause!.addEventListener('abort', () => reject(new TrainingPaused(Buffer.from('half'))))
          begun.push({ checkpoint, finish: () => resolve({ metrics: { value: 1 } }) })
          onReport({ step: begun.length, metrics: { value: begun.length } })
        }),
    }
    return { trainer, begun }
  }

  async function aPausedTrial() {
    const { trainer, begun } = aPausable()
    const deps = services.deps(trainer)
    const request = { trainer: { kind: 'mlp', dataset: 'any' }, limits: { trials: 1 } } as const
    const { study } = await createStudy(deps, request)
    await proposeTrials(deps, study.id, never)
    return { deps, id: study.id, begun, pause: () => moveStudy(deps, study.id, 'pause') }
  }

  /** As a report that comes after the pause does. */
  function pausedBefore(deps: ServiceDeps, pause: () => Promise<unknown>): ServiceDeps {
    const { reportValues } = deps.store
    const once = vi.fn(pause)
    const store = {
      ...deps.store,
      reportValues: async (...args: Parameters<typeof reportValues>) => {
        if (once.mock.calls.length === 0) await once()
        return reportValues(...args)
      },
    }
    return { ...deps, store }
  }

  it('is left where it is, and goes on from there when the study does', async () => {
    const { deps, id, begun, pause } = await aPausedTrial()

    await runTrial(pausedBefore(deps, pause), trialId(id, 0), 'first', never)
    const left = await trialZero(deps, id)
    await moveStudy(deps, id, 'resume')
    const again = runTrial(deps, trialId(id, 0), 'second', never)
    await vi.waitFor(() => expect(begun).toHaveLength(2))
    begun[1]!.finish()
    await again

    expect(left).toMatchObject({ state: 'queued', attempt: 1 })
    expect(begun.map(({ checkpoint }) => checkpoint)).toEqual(['', 'half'])
    const trial = await trialZero(deps, id)
    expect(trial).toMatchObject({ state: 'completed', attempt: 2, crashes: 0, worker: 'second' })
    expect(trial.curve!.map(({ step }) => step)).toEqual([1, 2])
  })

  it('goes on at once in a study that goes on before it is left', async () => {
    const { deps, id, begun, pause } = await aPausedTrial()
    const { releaseTrial } = deps.store
    const store = {
      ...deps.store,
      releaseTrial: async (...args: Parameters<typeof releaseTrial>) => {
        await moveStudy(deps, id, 'resume')
        await releaseTrial(...args)
      },
    }

    const run = runTrial(pausedBefore({ ...deps, store }, pause), trialId(id, 0), 'first', never)
    await vi.waitFor(() => expect(begun).toHaveLength(2))
    begun[1]!.finish()
    await run

    expect(begun.map(({ checkpoint }) => checkpoint)).toEqual(['', 'half'])
    expect(await trialZero(deps, id)).toMatchObject({ state: 'completed', attempt: 2, crashes: 0 })
  })
})

describe('the place that a trial leaves', () => {
  async function afterTheFirst(sampler: 'random' | 'tpe', parallel: number) {
    const deps = services.deps()
    const trainer = { kind: 'function', name: 'branin' } as const
    const limits = { trials: 9, parallel }
    const { study } = await createStudy(deps, { trainer, sampler: { kind: sampler }, limits })
    await proposeTrials(deps, study.id, never)
    const hintProposal = vi.spyOn(deps.jobs, 'hintProposal')

    await runTrial(deps, trialId(study.id, 0), 'first', never)

    const { nextIndex } = await deps.store.places(study.id)
    return { hints: hintProposal.mock.calls.length, nextIndex }
  }

  it('is filled at once where trials come one at a time and no model is asked', async () => {
    expect(await afterTheFirst('random', 1)).toEqual({ hints: 0, nextIndex: 2 })
  })

  it('is left to the proposal workers where a model is asked, or there are others to fill', async () => {
    expect(await afterTheFirst('tpe', 1)).toEqual({ hints: 1, nextIndex: 1 })
    expect(await afterTheFirst('random', 2)).toEqual({ hints: 1, nextIndex: 2 })
  })
})

describe('reconcileStudy', () => {
  it('gives a job to a trial that was stored but never enqueued', async () => {
    const deps = services.deps(heldTrainer().trainer)
    const request = { trainer: { kind: 'mlp', dataset: 'any' }, limits: { trials: 1 } } as const
    const { study } = await createStudy(deps, request)
    const origin = { sampler: 'random', version: 1, phase: 'startup', revision: 1 } as const
    await deps.store.commitProposals(study.id, 0, [{ params: { x0: 0.5 }, origin }])
    const before = await deps.jobs.withoutJob([trialId(study.id, 0)])

    await reconcileStudy(deps, study.id)

    expect(before).toEqual([trialId(study.id, 0)])
    expect(await deps.jobs.withoutJob([trialId(study.id, 0)])).toEqual([])
  })

  it('stops a study whose time is over', async () => {
    let now = Date.UTC(2026, 0, 1)
    const deps = services.deps(heldTrainer().trainer, () => new Date(now))
    const request = { trainer: { kind: 'mlp', dataset: 'any' }, limits: { trials: 5, seconds: 60 } } as const
    const { study } = await createStudy(deps, request)

    now += 59_000
    await reconcileStudy(deps, study.id)
    const before = (await deps.store.getStudy(study.id)).study.state
    now += 1_000
    await reconcileStudy(deps, study.id)

    expect(before).toBe('running')
    const { study: ended } = await deps.store.getStudy(study.id)
    expect(ended).toMatchObject({ state: 'completed', endReason: { code: 'time-limit' } })
  })
})
