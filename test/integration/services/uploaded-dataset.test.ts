import { describe, expect, it, vi } from 'vitest'
import { isStudyFinished } from '../../../src/domain/study.ts'
import { createDataset } from '../../../src/services/datasets/create.ts'
import type { ServiceDeps } from '../../../src/services/deps.ts'
import { createStudy } from '../../../src/services/studies/create-study.ts'
import { createThreadTableReader } from '../../../src/threads/thread-table-reader.ts'
import { createDatasetLibrary } from '../../../src/trainers/mlp/data/dataset-library.ts'
import { createMlpTrainer } from '../../../src/trainers/mlp/mlp-trainer.ts'
import { withServices } from '../../support/services.ts'

const services = withServices()

/** Which side of a line a point is on, said by a text; the colour says it too. */
const ROWS = Array.from({ length: 200 }, (_, i) => {
  const [x, y] = [(i * 7) % 20, (i * 13) % 31]
  return `${x},${y},${x > y ? 'red' : 'blue'},${x > y ? 'below' : 'above'}`
})
const CSV = ['x,y,colour,side', ...ROWS].join('\n')

function withUploads(): ServiceDeps {
  const { datasets } = services.deps()
  return {
    ...services.deps(createMlpTrainer(createDatasetLibrary(datasets))),
    tables: createThreadTableReader(),
  }
}

const upload = (csv: string) => ({
  body: new TextEncoder().encode(csv),
  contentType: 'text/csv',
  name: 'sides',
})

describe('an uploaded data set', () => {
  it('is read on a thread, and trained on in its default space and tested by workers that have Redis alone', async () => {
    const deps = withUploads()
    services.work(deps)

    await createDataset(deps, upload(CSV))
    const trainer = { kind: 'mlp', dataset: 'sides', settings: { epochs: 10 } } as const
    const request = { trainer, searchSpace: 'default', seed: 1, limits: { trials: 3 } } as const
    const { study } = await createStudy(deps, request)
    const isTested = async () => !(await deps.store.isOpen(study.id))
    await vi.waitUntil(isTested, { timeout: 20_000, interval: 20 })

    const { study: ended, counts } = await deps.store.getStudy(study.id)
    expect(isStudyFinished(ended.state)).toBe(true)
    expect(counts).toMatchObject({ completed: 3, failed: 0 })
    expect(ended.test!.metrics.accuracy).toBeGreaterThan(0.9)
  })

  it('says with a column of its own what each row counts', async () => {
    const deps = withUploads()
    services.work(deps)

    const lines = CSV.split('\n').map((line, i) => (i === 0 ? `trust,${line}` : `${i % 3},${line}`))
    await createDataset(deps, { ...upload(lines.join('\n')), name: 'weighed' })
    const trainer = {
      kind: 'mlp',
      dataset: 'weighed',
      settings: { epochs: 5, sampleWeights: 'trust' },
    } as const
    const request = { trainer, searchSpace: 'default', seed: 1, limits: { trials: 1 } } as const
    const { study } = await createStudy(deps, request)
    await vi.waitUntil(async () => !(await deps.store.isOpen(study.id)), { timeout: 20_000, interval: 20 })

    expect((await deps.store.getStudy(study.id)).counts).toMatchObject({ completed: 1, failed: 0 })
    const wrong = { ...request, trainer: { ...trainer, settings: { sampleWeights: 'colour' } } }
    await expect(createStudy(deps, wrong)).rejects.toMatchObject({
      faults: [{ path: 'trainer.settings.sampleWeights', message: expect.stringContaining('has texts') }],
    })
  })

  it.each([
    ['labels', 'below,steep', ['accuracy', 'macroF1']],
    ['values', 'sum,difference', ['r2']],
  ])('may have several %s to predict', async (name, target, metrics) => {
    const deps = withUploads()
    services.work(deps)
    const lines = ROWS.map((row) => row.split(',').map(Number)).map(
      ([x = 0, y = 0]) => `${x},${y},${Number(x > y)},${Number(x > 9)},${x + y / 2},${x - y / 2}`,
    )

    await createDataset(deps, {
      ...upload(['x,y,below,steep,sum,difference', ...lines].join('\n')),
      name,
      target,
    })
    const trainer = { kind: 'mlp', dataset: name, settings: { epochs: 30 } } as const
    const parameters = [{ name: 'learningRate', type: 'float', min: 0.005, max: 0.02 }] as const
    const request = { trainer, searchSpace: { parameters }, seed: 1, limits: { trials: 1 } } as const
    const { study } = await createStudy(deps, request)
    await vi.waitUntil(async () => !(await deps.store.isOpen(study.id)), { timeout: 20_000, interval: 20 })

    const { test } = (await deps.store.getStudy(study.id)).study
    for (const metric of metrics) expect(test!.metrics[metric]).toBeGreaterThan(0.9)
  })

  it('is refused as one that is missing where it is deleted while a study of it is made', async () => {
    const deps = withUploads()
    await createDataset(deps, { ...upload(CSV), name: 'passing' })
    const { mlp } = deps.trainers
    const checkTrainer: typeof mlp.checkTrainer = async (trainer) => {
      const faults = await mlp.checkTrainer(trainer)
      await deps.datasets.remove('passing')
      return faults
    }

    const trainers = { ...deps.trainers, mlp: { ...mlp, checkTrainer } }
    const creation = createStudy({ ...deps, trainers }, { trainer: { kind: 'mlp', dataset: 'passing' } })

    await expect(creation).rejects.toMatchObject({
      code: 'invalid-study',
      faults: [{ path: 'trainer.dataset', message: expect.stringContaining('there is no data set passing') }],
    })
  })

  it('takes the place of its texts and names too, beside that of its numbers', async () => {
    const deps = withUploads()

    const plain = await createDataset(deps, { ...upload(CSV), name: 'plain' })
    const wordy = await createDataset(deps, {
      ...upload(CSV.replaceAll('blue', 'b'.repeat(300))),
      name: 'wordy',
    })

    expect(plain.bytes).toBeGreaterThan(200 * 4 * 8)
    expect(wordy.bytes - plain.bytes).toBe(300 - 'blue'.length)
  })

  it('has its file read on a thread, which tells faults and goes on', async () => {
    const tables = createThreadTableReader()
    const [bad, good] = await Promise.all([tables.read(upload('x\n1')), tables.read(upload(CSV))])

    expect(bad).toMatchObject({ faults: [{ path: 'line 1' }] })
    expect(good).toMatchObject({ description: { rows: 200 } })
  })
})
