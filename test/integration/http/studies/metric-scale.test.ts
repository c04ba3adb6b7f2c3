import { describe, expect, it } from 'vitest'
import { algebraNamed } from '../../../../src/algebra/best-algebra.ts'
import type { StudyId } from '../../../../src/domain/ids.ts'
import { verifyStudy } from '../../../../src/services/verify/verify-study.ts'
import { withApp } from '../../../support/app.ts'
import { createExternalStudy, type ExternalStudy } from '../../../support/external-study.ts'

const app = withApp()
const decades = { name: 'loss', goal: 'minimize', scale: 'log' }
const SPACE = { parameters: ['x', 'y'].map((name) => ({ name, type: 'float', min: -5, max: 10 })) }

/** Nine decades in all; 1e-6 at 2 and 3. */
function loss({ x, y }: { readonly x: number; readonly y: number }): number {
  return 10 ** (Math.min(Math.hypot(x - 2, y - 3), 9) - 6)
}

async function train(study: ExternalStudy): Promise<void> {
  for (;;) {
    const { trials } = await study.ask()
    if (trials.length === 0) return
    const [{ number, params, lease }] = trials as unknown as [
      { number: number; params: { x: number; y: number }; lease: { token: string } },
    ]
    const metrics = { loss: { value: loss(params), standardError: loss(params) / 100 } }
    await study
      .post(`/trials/${number}:tell`, { state: 'completed', metrics, token: lease.token })
      .expect(200)
  }
}

describe('an objective on a log scale', () => {
  it('is searched by its decades, and told and explained in its own unit', async () => {
    const study = await createExternalStudy(app(), {
      searchSpace: SPACE,
      metrics: [decades],
      limits: { trials: 30 },
    })
    expect((await study.get()).body.metrics).toEqual([decades])
    await train(study)

    const { body: best } = await study.get('/best').expect(200)
    expect(best.metrics.loss).toBeLessThan(2e-6)
    expect(best.standardErrors.loss).toBeCloseTo(best.metrics.loss / 100, 12)
    const { body: last } = await study.get('/trials/29').expect(200)
    expect(last.origin.rationale.mean).toBeGreaterThan(0)
    const { body: dependence } = await study.get('/partial-dependence').expect(200)
    const bands = dependence.parameters.flatMap((one: { points: { low: number }[] }) => one.points)
    expect(Math.min(...bands.map(({ low }: { low: number }) => low))).toBeGreaterThan(0)
    const { body: diagnostics } = await study.get('/diagnostics').expect(200)
    expect(JSON.stringify(diagnostics)).not.toContain('decades')
    for (const path of ['/importance', '/recommendation', '/stopping-advice', '/trials/0/explanation'])
      await study.get(path).expect(200)
    const verified = await verifyStudy(app().deps.store, study.id as StudyId, algebraNamed)
    expect(verified).not.toHaveProperty('difference')
  })

  it('may be 0, the best there is, and not below it, told or imported', async () => {
    const study = await createExternalStudy(app(), { metrics: [decades] })
    const known = (value: number) => ({ params: { x: value / 10 + 0.5 }, metrics: { loss: value } })
    for (const value of [1, 1e-3, 0, 2, 3]) await study.post('/trials', known(value)).expect(201)
    const { trials } = await study.ask()
    const tell = (value: number) =>
      study.post(`/trials/${trials[0]!.number}:tell`, { state: 'completed', metrics: { loss: value } })

    for (const refused of [await tell(-1), await study.post('/trials', known(-1))]) {
      expect(refused.status).toBe(422)
      expect(refused.body.errors).toEqual([
        { path: 'metrics.loss', message: expect.stringContaining('must not be below 0') },
      ])
    }
    const pruned = { state: 'pruned', reason: 'behind', metrics: { loss: -1 } }
    await study.post(`/trials/${trials[0]!.number}:tell`, pruned).expect(422)
    await tell(0.5).expect(200)
    expect((await study.get('/best')).body.metrics).toEqual({ loss: 0 })
    expect((await study.ask()).trials).toHaveLength(1)
  })

  it('has no reference that its scale has no place for', async () => {
    const size = { name: 'size', goal: 'minimize' }
    const { status, body } = await app()
      .http.post('/v1/studies')
      .send({
        trainer: { kind: 'external' },
        searchSpace: SPACE,
        metrics: [{ ...decades, reference: 0 }, size],
      })

    expect(status).toBe(422)
    expect(body.errors).toEqual([
      { path: 'metrics[0].reference', message: 'must be above 0 where the scale is log' },
    ])
  })
})
