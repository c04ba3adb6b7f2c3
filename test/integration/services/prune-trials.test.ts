import { describe, expect, it, vi } from 'vitest'
import { algebraNamed } from '../../../src/algebra/best-algebra.ts'
import { trialId } from '../../../src/domain/ids.ts'
import type { PrunerSpec } from '../../../src/domain/study.ts'
import type { ServiceDeps } from '../../../src/services/deps.ts'
import { type LocalTrainer, TrainingPaused } from '../../../src/services/ports/trainer.ts'
import { proposeTrials } from '../../../src/services/scheduling/propose-trials.ts'
import { createStudy } from '../../../src/services/studies/create-study.ts'
import type { StudyRequest } from '../../../src/services/studies/study-request.ts'
import { runTrial } from '../../../src/services/trials/run-trial.ts'
import { verifyJournal } from '../../../src/services/verify/verify-journal.ts'
import { verifyStudy } from '../../../src/services/verify/verify-study.ts'
import { heldTrainer, withServices } from '../../support/services.ts'

const services = withServices()
const never = new AbortController().signal
const EPOCHS = 10

const LOSS = { name: 'value', goal: 'minimize' } as const
const SIZE = { name: 'size', goal: 'minimize' } as const
const SMALL = { name: 'size', role: 'constraint', max: 0.25 } as const

/** Its curve goes down from 10 x0 to 5 x0; where x0 is above a half another has the same size and comes further. */
function steadyTrainer(): LocalTrainer {
  return {
    ...heldTrainer().trainer,
    async train({ params }, onReport, signal) {
      const size = Math.abs(Number(params.x0) - 0.5)
      const valueAt = (epoch: number) => 10 * Number(params.x0) * (1 - (0.5 * epoch) / EPOCHS)
      for (let epoch = 1; epoch <= EPOCHS; epoch++) {
        if (signal.aborted) break
        onReport({ step: epoch, metrics: { value: valueAt(epoch), size } })
      }
      signal.throwIfAborted()
      return { metrics: { value: valueAt(EPOCHS), size } }
    },
  }
}

async function finishedStudy(
  deps: ServiceDeps,
  pruner: PrunerSpec,
  parallel = 1,
  fields: Pick<StudyRequest, 'metrics' | 'sampler'> = {},
) {
  const request = { trainer: { kind: 'mlp', dataset: 'any' }, seed: 3, pruner, ...fields } as const
  const { study } = await createStudy(deps, { ...request, limits: { trials: 20, parallel } })
  await vi.waitUntil(async () => !(await deps.store.isOpen(study.id)), { timeout: 20_000, interval: 20 })
  const { trials } = await deps.store.loadSnapshot(study.id)
  return { id: study.id, trials }
}

/** A study by the median, whose fourth trial is yet to be trained; the others came down to 1.5 in three steps. */
async function afterThreeCompleted(minSteps: number) {
  const { trainer, next } = heldTrainer()
  const deps = services.deps({ ...trainer, canPause: true })
  const { study } = await createStudy(deps, {
    trainer: { kind: 'mlp', dataset: 'any' },
    pruner: { kind: 'median', minTrials: 3, minSteps },
    limits: { trials: 4, parallel: 4 },
  })
  await proposeTrials(deps, study.id, never)
  for (const number of [0, 1, 2]) {
    const run = runTrial(deps, trialId(study.id, number), 'first', never)
    const training = await next()
    for (const step of [1, 2, 3]) training.report(step, 3 - 0.5 * step)
    training.finish(1.5)
    await run
  }
  return { deps, study, next }
}

/** The fourth one, which a worker that shut down has left after these reports, in another worker's hands. */
async function afterHandingOver(minSteps: number, values: readonly number[]) {
  const { deps, study, next } = await afterThreeCompleted(minSteps)
  const fourth = trialId(study.id, 3)
  const shutdown = new AbortController()
  const run = runTrial(deps, fourth, 'first', shutdown.signal)
  const begun = await next()
  for (const [i, value] of values.entries()) begun.report(i + 1, value)
  shutdown.abort('shutdown')
  begun.fail(new TrainingPaused(new Uint8Array([1])))
  await run
  const goneOn = runTrial(deps, fourth, 'second', never)
  return { deps, study, goneOn, training: await next() }
}

describe('a study with a pruner', () => {
  it.each(['auto', 'median', 'successive-halving'] as const)(
    'of kind %s gives up what is far behind, and its journal proves it',
    async (kind) => {
      const deps = services.deps(steadyTrainer())
      services.work(deps)

      const { id, trials } = await finishedStudy(deps, { kind }, 3)

      const pruned = trials.filter(({ state }) => state === 'pruned')
      const completed = trials.filter(({ state }) => state === 'completed')
      expect(completed.length).toBeGreaterThanOrEqual(5)
      expect(pruned.length).toBeGreaterThan(0)
      expect(pruned.length + completed.length).toBe(20)
      for (const { number, pruning, metrics } of pruned) {
        const { curve } = await deps.store.getTrial(id, number)
        expect(pruning!.step).toBeLessThan(EPOCHS)
        expect(curve!.at(-1)).toEqual({ step: pruning!.step, metrics })
        expect(Object.keys(pruning!.expected!.metrics)).toEqual(['value'])
        expect(pruning!.expected!.metrics.value!).toBeLessThan(metrics!.value!)
      }
      const verified = await verifyStudy(deps.store, id, algebraNamed)
      expect(verified).not.toHaveProperty('difference')
      expect(verified.rejudged).toBe(pruned.length)
    },
  )

  it.each([
    ['a bound', [LOSS, SMALL]],
    ['another objective', [LOSS, SIZE]],
  ])('heeds %s, and its journal proves it', async (_, metrics) => {
    const deps = services.deps({ ...steadyTrainer(), fullSteps: () => EPOCHS })
    services.work(deps)

    const { id, trials } = await finishedStudy(deps, { kind: 'auto' }, 3, {
      metrics,
      sampler: { kind: 'random' },
    })

    const pruned = trials.filter(({ state }) => state === 'pruned')
    expect(pruned.some(({ pruning }) => pruning!.expected)).toBe(true)
    for (const { pruning, metrics: told } of pruned)
      if (pruning!.expected) expect(pruning!.expected.metrics.size).toBe(told!.size)
    const verified = await verifyStudy(deps.store, id, algebraNamed)
    expect(verified).not.toHaveProperty('difference')
    expect(verified).toMatchObject({ reproposed: trials.length, rejudged: pruned.length })
  })

  it('begins with short trials of which the best are promoted, where it knows how long a training is', async () => {
    const deps = services.deps({ ...steadyTrainer(), fullSteps: () => EPOCHS })
    services.work(deps)

    const { id, trials } = await finishedStudy(deps, { kind: 'auto' })

    const short = trials.filter(({ state, pruning }) => state === 'pruned' && !pruning!.expected)
    expect(short.length).toBeGreaterThanOrEqual(3)
    for (const { pruning } of short) expect(pruning!.step).toBe(Math.ceil(EPOCHS / 7))
    const promoted = trials.filter(({ origin }) => origin.promotedFrom !== undefined)
    expect(promoted.length).toBeGreaterThan(0)
    for (const { origin, params } of promoted)
      expect(trials[origin.promotedFrom!]).toMatchObject({ state: 'pruned', params })
    const verified = await verifyStudy(deps.store, id, algebraNamed)
    expect(verified).not.toHaveProperty('difference')
    expect(verified).toMatchObject({ reproposed: trials.length })
  })

  it.each([undefined, EPOCHS])(
    'gives up the same trials at the same steps when it has the same seed (%s steps)',
    async (maxSteps) => {
      const run = async () => {
        const deps = services.deps(steadyTrainer())
        services.work(deps)
        const pruner = { kind: 'auto', ...(maxSteps && { maxSteps }) } as const
        const { trials } = await finishedStudy(deps, pruner)
        return trials.map(({ params, state, metrics, reason, pruning }) => {
          const { revision: _, ...rest } = pruning ?? { revision: 0 }
          return { params, state, metrics, reason, rest }
        })
      }

      const [first, second] = [await run(), await run()]

      expect(first.some(({ state }) => state === 'pruned')).toBe(true)
      expect(first).toEqual(second)
    },
  )

  it('finds a journal that gave up another trial, or for another reason', async () => {
    const deps = services.deps(steadyTrainer())
    services.work(deps)
    const { id } = await finishedStudy(deps, { kind: 'auto' })
    const journal = await deps.store.readJournal(id)
    const at = journal.findIndex(
      (event) => event.type === 'trial-finished' && event.outcome.state === 'pruned',
    )
    const event = journal[at] as Extract<(typeof journal)[number], { type: 'trial-finished' }>
    const { pruning } = event.outcome
    const expected = { ...pruning!.expected!, metrics: { value: 0 } }

    const tampered = { ...event, outcome: { ...event.outcome, pruning: { ...pruning!, expected } } }
    const early = { ...event, outcome: { ...event.outcome, pruning: { ...pruning!, revision: 1 } } }

    const differences = [tampered, early].map(
      (other) => verifyJournal(journal.with(at, other), algebraNamed).difference?.message,
    )
    expect(differences[0]).toMatch(
      /Invariant 3: trial \d+ is given up differently now: pruning.expected.metrics.value/,
    )
    expect(differences[1]).toMatch(/Invariant 3: trial \d+ was given up, and would not be now/)
  })

  it('judges a training that goes on elsewhere by all that it reported', async () => {
    const { deps, study, goneOn, training } = await afterHandingOver(2, [0.5])

    training.report(2, 9)
    training.finish(9)
    await goneOn

    // Worse by itself at step 2, but it had been better before.
    expect(await deps.store.getTrial(study.id, 3)).toMatchObject({ state: 'completed', attempt: 2 })
  })

  it('hears nothing new from a training that begins anew', async () => {
    const { deps, study, goneOn, training } = await afterHandingOver(1, [2, 1.5])

    training.report(1, 2)
    training.report(2, 1.5)
    expect(training.signal.aborted).toBe(false)
    training.report(3, 8)
    training.finish(8)
    await goneOn

    expect(await deps.store.getTrial(study.id, 3)).toMatchObject({
      state: 'completed',
      curve: [{ step: 1 }, { step: 2 }, { step: 3 }],
    })
  })

  it('aborts the training at once, and takes no report after the one that decided', async () => {
    const { deps, study, next } = await afterThreeCompleted(1)
    const run = runTrial(deps, trialId(study.id, 3), 'first', never)
    const training = await next()

    training.report(1, 7)
    expect(training.signal.reason).toBe('pruned')
    training.report(2, 1)
    await run

    expect(await deps.store.getTrial(study.id, 3)).toMatchObject({
      state: 'pruned',
      metrics: { value: 7 },
      curve: [{ step: 1, metrics: { value: 7 } }],
      reason: 'After step 1 it was worse than the median of the 3 trials that completed.',
      pruning: { step: 1, expected: { metrics: { value: 6 } } },
    })
  })
})
