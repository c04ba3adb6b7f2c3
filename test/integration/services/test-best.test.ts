import { describe, expect, it, vi } from 'vitest'
import { HoneError } from '../../../src/domain/errors.ts'
import type { ServiceDeps } from '../../../src/services/deps.ts'
import { type LocalTrainer, TrainingFailed } from '../../../src/services/ports/trainer.ts'
import { proposeTrials } from '../../../src/services/scheduling/propose-trials.ts'
import { createStudy } from '../../../src/services/studies/create-study.ts'
import { testBest } from '../../../src/services/trials/test-best.ts'
import { heldTrainer, withServices } from '../../support/services.ts'

const services = withServices()
const never = new AbortController().signal

/** A study that has ended with one completed trial, and whose trainer tests the winner so. */
async function anEndedStudy(test: NonNullable<LocalTrainer['test']>) {
  const deps = services.deps({ ...heldTrainer().trainer, test })
  const { study } = await createStudy(deps, {
    trainer: { kind: 'mlp', dataset: 'any' },
    limits: { trials: 1 },
  })
  await proposeTrials(deps, study.id, never)
  const started = await deps.store.startTrial(study.id, 0, 'worker')
  if (typeof started === 'string') throw new Error(started)
  const outcome = { state: 'completed', metrics: { value: 1 } } as const
  await deps.store.finishTrial(study.id, 0, started.trial.attempt, outcome)
  const logger = { ...deps.logger, warn: vi.fn(), error: vi.fn() }
  return { deps: { ...deps, logger } as ServiceDeps, logger, id: study.id }
}

describe('testBest', () => {
  it.each([
    ['cannot be trained once more', new TrainingFailed('It diverged.'), 'warn'],
    ['breaks its trainer', new RangeError('epochs must be from 1'), 'error'],
  ] as const)('closes a study whose winner %s, without a test, and logs it', async (_name, error, level) => {
    const { deps, logger, id } = await anEndedStudy(() => Promise.reject(error))

    await testBest(deps, id, never)

    expect(await deps.store.isOpen(id)).toBe(false)
    expect((await deps.store.getStudy(id)).study).not.toHaveProperty('test')
    expect(logger[level]).toHaveBeenCalledOnce()
  })

  it('leaves a study whose worker must go to the next one', async () => {
    const shutdown = new AbortController()
    const { deps, logger, id } = await anEndedStudy(async (_request, signal) => {
      shutdown.abort('shutdown')
      throw signal.reason
    })

    await expect(testBest(deps, id, shutdown.signal)).rejects.toBe('shutdown')

    expect(await deps.store.isOpen(id)).toBe(true)
    expect(logger.error).not.toHaveBeenCalled()
  })

  it('waits for the storage where that is away', async () => {
    const test = vi
      .fn<NonNullable<LocalTrainer['test']>>()
      .mockRejectedValueOnce(new HoneError('storage-unavailable', 'Redis does not answer.'))
      .mockResolvedValueOnce({ accuracy: 1 })
    const { deps, id } = await anEndedStudy(test)

    await testBest(deps, id, never)

    expect((await deps.store.getStudy(id)).study.test).toEqual({ trial: 0, metrics: { accuracy: 1 } })
    expect(await deps.store.isOpen(id)).toBe(false)
  })
})
