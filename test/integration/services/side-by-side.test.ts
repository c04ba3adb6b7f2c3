import { describe, expect, it, vi } from 'vitest'
import { isStudyFinished } from '../../../src/domain/study.ts'
import { trialSeed } from '../../../src/domain/trial.ts'
import { createStudy } from '../../../src/services/studies/create-study.ts'
import { engine } from '../../../src/trainers/mlp/engine/native-engine.ts'
import { createMlpTrainer } from '../../../src/trainers/mlp/mlp-trainer.ts'
import { withServices } from '../../support/services.ts'

const services = withServices()
const never = new AbortController().signal

describe('trials of one shape that wait for a worker', () => {
  it('are trained side by side, and each is told of as if it had been alone', async () => {
    const mlpTrainer = createMlpTrainer()
    const together = vi.spyOn(engine(), 'trainTogether')
    const deps = services.deps(mlpTrainer)
    services.work(deps, 1)

    const { study } = await createStudy(deps, {
      trainer: { kind: 'mlp', dataset: 'iris', settings: { hiddenWidths: [8], epochs: 40, batchSize: 16 } },
      searchSpace: {
        parameters: [
          { name: 'learningRate', type: 'float', min: 1e-4, max: 1e-1, scale: 'log' },
          { name: 'weightDecay', type: 'float', min: 1e-4, max: 1, scale: 'log' },
        ],
        constraints: [],
      },
      sampler: { kind: 'random' },
      seed: 4,
      limits: { trials: 40, parallel: 20 },
    })
    const isOver = async () => isStudyFinished((await deps.store.places(study.id)).state)
    await vi.waitUntil(isOver, { timeout: 60_000, interval: 20 })

    const { counts } = await deps.store.getStudy(study.id)
    expect(counts).toMatchObject({ completed: 40, failed: 0, canceled: 0, queued: 0, running: 0 })
    expect(Math.max(...together.mock.calls.map(([tasks]) => tasks.length))).toBeGreaterThanOrEqual(4)
    const { items } = await deps.store.listTrials(study.id, { limit: 100 })
    const metricNames = study.definition.metrics.map(({ name }) => name)
    for (const { number, params, metrics } of items) {
      const request = { trainer: study.definition.trainer, params, seed: trialSeed(4, number), metricNames }
      expect(metrics).toEqual((await mlpTrainer.train(request, () => {}, never)).metrics)
    }
  })
})
