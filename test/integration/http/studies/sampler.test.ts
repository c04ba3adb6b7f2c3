import { describe, expect, it } from 'vitest'
import { withApp } from '../../../support/app.ts'
import { createExternalStudy } from '../../../support/external-study.ts'

const app = withApp()
const options = {
  kind: 'gaussian-process',
  initialTrials: 6,
  acquisition: 'confidenceBound',
  beta: 3,
  noise: 'none',
  hyperparameters: 'mode',
}

describe('the sampler of a study', () => {
  it('takes the options of gaussian-process, keeps them, and goes by them', async () => {
    const study = await createExternalStudy(app(), { sampler: options, limits: { trials: 8, parallel: 1 } })
    for (let trial = 0; trial < 8; trial++) {
      const [asked] = (await study.ask()).trials
      const loss = (asked!.params.x - 0.3) ** 2
      await study.post(`/trials/${trial}:tell`, { state: 'completed', metrics: { loss } }).expect(200)
    }

    expect((await study.get()).body.sampler).toEqual(options)
    const { body } = await study.get('/trials')
    const phases = body.items.map(({ origin }: { origin: { phase: string } }) => origin.phase)
    expect(phases).toEqual([...Array(6).fill('startup'), 'model', 'model'])
  })

  it.each([
    [{ kind: 'gaussian-process', acquisition: 'knowledge' }, 'sampler.acquisition'],
    [{ kind: 'gaussian-process', initialTrials: 0 }, 'sampler.initialTrials'],
    [{ kind: 'gaussian-process', beta: -1 }, 'sampler.beta'],
    [{ kind: 'gaussian-process', kernel: 'rbf' }, 'sampler'],
    [{ kind: 'auto', initialTrials: 4 }, 'sampler'],
    [{ kind: 'bayes' }, 'sampler.kind'],
  ])('is refused as %j', async (sampler, path) => {
    const { status, body } = await app()
      .http.post('/v1/studies')
      .send({ trainer: { kind: 'function', name: 'branin' }, sampler })
    expect(status).toBe(422)
    expect(body.errors).toContainEqual({ path: expect.stringContaining(path), message: expect.any(String) })
  })
})
