import { describe, expect, it } from 'vitest'
import { withApp } from '../../../support/app.ts'
import { createExternalStudy } from '../../../support/external-study.ts'

const app = withApp()

type Params = Readonly<Record<string, string | number>>
const rate = { name: 'rate', type: 'float', min: 1e-5, max: 1, scale: 'log' }

/** What a study of these beliefs about an optimizer and its momentum proposes, one trial at a time. */
async function proposalsOf(
  weights: readonly number[],
  loss: (params: Params) => number,
  trials: number,
  budget = trials,
): Promise<Params[]> {
  const parameters = [
    { name: 'optimizer', type: 'categorical', choices: ['sgd', 'adam', 'lion'], prior: { weights } },
    rate,
    {
      name: 'momentum',
      type: 'float',
      min: 0,
      max: 1,
      scale: 'linear',
      when: { optimizer: ['sgd'] },
      prior: { mean: 0.9, standardDeviation: 0.05 },
    },
  ]
  const study = await createExternalStudy(app(), {
    searchSpace: { parameters },
    limits: { trials: budget, parallel: 1 },
  })
  expect((await study.get()).body.searchSpace.parameters).toEqual(parameters)
  const proposals: Params[] = []
  for (let trial = 0; trial < trials; trial++) {
    const [asked] = (await study.ask()).trials
    const params = asked!.params as unknown as Params
    proposals.push(params)
    await study
      .post(`/trials/${trial}:tell`, { state: 'completed', metrics: { loss: loss(params) } })
      .expect(200)
  }
  return proposals
}

const distance = ({ rate: one }: Params) => (Math.log10(Number(one)) + 3) ** 2 / 10

describe('a study with priors on a choice and on a parameter of a branch', () => {
  it('begins with what its user believes in', async () => {
    const proposals = await proposalsOf([12, 1, 1], () => 1, 6, 100)

    const trusted = proposals.filter(({ optimizer }) => optimizer === 'sgd')
    expect(trusted.length).toBeGreaterThanOrEqual(5)
    for (const { momentum } of trusted) expect(Number(momentum)).toBeGreaterThan(0.7)
  })

  it('finds the best choice all the same where they are wrong', async () => {
    const loss = (params: Params) => distance(params) + (params.optimizer === 'lion' ? 0 : 1)
    const proposals = await proposalsOf([12, 12, 1], loss, 30)

    expect(proposals.slice(0, 5).filter(({ optimizer }) => optimizer === 'lion').length).toBeLessThan(2)
    expect(Math.min(...proposals.map(loss))).toBeLessThan(0.01)
    expect(proposals.slice(-10).filter(({ optimizer }) => optimizer === 'lion').length).toBeGreaterThan(5)
  })

  it('is refused where the weights are not one a choice', async () => {
    const parameters = [{ name: 'k', type: 'categorical', choices: ['a', 'b'], prior: { weights: [1] } }]
    const { status, body } = await app()
      .http.post('/v1/studies')
      .send({
        trainer: { kind: 'external' },
        searchSpace: { parameters },
        metrics: [{ name: 'loss', goal: 'minimize' }],
      })
    expect(status).toBe(422)
    expect(body.errors).toEqual([
      { path: 'searchSpace.parameters[0].prior.weights', message: 'must be 2, one a value: there are 1' },
    ])
  })
})
