import { describe, expect, it, vi } from 'vitest'
import type { StudyId } from '../../../src/domain/ids.ts'
import { buildApp } from '../../../src/http/app.ts'
import type { ServiceDeps } from '../../../src/services/deps.ts'
import { createStudy } from '../../../src/services/studies/create-study.ts'
import type { TrainerRequest } from '../../../src/services/studies/study-request.ts'
import { createMlpTrainer } from '../../../src/trainers/mlp/mlp-trainer.ts'
import { evaluateOnnx } from '../../support/evaluate-onnx.ts'
import { withServices } from '../../support/services.ts'

const services = withServices()
const ROW = { sepalLength: 5.1, sepalWidth: 3.5, petalLength: 1.4, petalWidth: 0.2 }

async function finished(deps: ServiceDeps, trainer: TrainerRequest): Promise<StudyId> {
  const { study } = await createStudy(deps, { trainer, seed: 2, limits: { trials: 4, parallel: 2 } })
  const isOver = async () => !(await deps.store.isOpen(study.id))
  await vi.waitUntil(isOver, { timeout: 20_000, interval: 20 })
  return study.id
}

const IRIS = { kind: 'mlp', dataset: 'iris', settings: { epochs: 15 } } as const

describe("the best trial's network", () => {
  it('is kept alone, comes as a file and predicts raw rows, and goes with its study', async () => {
    const deps = services.deps(createMlpTrainer())
    services.work(deps)
    const app = await buildApp(deps)
    const id = await finished(deps, IRIS)
    const { study } = await deps.store.getStudy(id)

    expect(await services.redis().hkeys(`test:{${id}}:models`)).toEqual([String(study.bestTrial)])
    const predicted = await app.inject({
      method: 'POST',
      url: `/v1/studies/${id}/best:predict`,
      payload: { rows: [ROW] },
    })
    expect(predicted.json()).toMatchObject({ trial: study.bestTrial, predictions: [{ label: 'setosa' }] })
    const onnx = await app.inject(`/v1/studies/${id}/best/model`)
    expect(onnx.headers['content-type']).toBe('application/onnx')
    const { label } = evaluateOnnx(onnx.rawPayload, { features: [Object.values(ROW)] })
    expect(label).toEqual([['setosa']])
    const json = await app.inject(`/v1/studies/${id}/best/model?format=json`)
    expect(json.json()).toMatchObject({
      task: 'classification',
      classes: ['setosa', 'versicolor', 'virginica'],
    })
    await deps.store.deleteStudy(id)
    expect(await services.redis().keys(`*${id}*models*`)).toEqual([])
  })

  it('says which row and column does not fit, and where there is no network', async () => {
    const deps = services.deps(createMlpTrainer())
    services.work(deps)
    const app = await buildApp(deps)
    const [network, other] = [
      await finished(deps, IRIS),
      await finished(deps, { kind: 'function', name: 'branin' }),
    ]

    const { petalWidth: _, ...rest } = ROW
    const payload = { rows: [ROW, { ...rest, petals: 3 }] }
    const refused = await app.inject({ method: 'POST', url: `/v1/studies/${network}/best:predict`, payload })
    expect(refused.json()).toMatchObject({
      status: 422,
      errors: [{ path: 'rows[1].petalWidth' }, { path: 'rows[1].petals' }],
    })
    const none = await app.inject(`/v1/studies/${other}/best/model`)
    expect(none.json()).toMatchObject({ status: 404, type: '/problems/no-model' })
  })
})
