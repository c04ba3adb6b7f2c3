import fc from 'fast-check'
import { expect, it } from 'vitest'
import { algebraNamed } from '../../../src/algebra/best-algebra.ts'
import type { StudyId } from '../../../src/domain/ids.ts'
import { verifyStudy } from '../../../src/services/verify/verify-study.ts'
import { withApp } from '../../support/app.ts'
import { type AskedTrial, createExternalStudy, type ExternalStudy } from '../../support/external-study.ts'
import { someStudy } from '../../support/some-study.ts'

const app = withApp()
const STEPS = 6
const EXPLAINED =
  '/importance /partial-dependence /recommendation /stopping-advice /diagnostics /trials/0/explanation'
const READ = '/best /pareto /trials /trials/0 /export?format=csv /events?after=0'

/** What a trial has come to by a step; worse at first, and the same for the same values. */
function measure({ params }: AskedTrial, step: number) {
  const hash = Buffer.from(JSON.stringify(params)).reduce((sum, byte) => (sum * 31 + byte) % 997, 7)
  const share = hash / 997
  return { loss: share * (2 - step / STEPS), size: 1 - share, seconds: (hash % 10) / 10, share, note: step }
}

async function train(study: ExternalStudy, trial: AskedTrial): Promise<void> {
  const here = `/trials/${trial.number}`
  const { token } = trial.lease
  for (let step = 1; step <= STEPS; step++) {
    const report = { step, metrics: measure(trial, step), token }
    const { body } = await study.post(`${here}:report`, report).expect(200)
    if (body.decision !== 'stop') continue
    await study.post(`${here}:tell`, { state: 'pruned', reason: body.reason, token }).expect(200)
    return
  }
  const completed = { state: 'completed', metrics: measure(trial, STEPS) }
  const outcome = trial.number % 7 === 3 ? { state: 'failed', reason: 'a seventh fails' } : completed
  await study.post(`${here}:tell`, { ...outcome, token }).expect(200)
}

it('any study that can be made ends, can be read and explained, and proves itself', async () => {
  const ends = fc.asyncProperty(someStudy, async (request) => {
    const study = await createExternalStudy(app(), request)
    for (;;) {
      const { trials, state } = await study.ask({ worker: 'w', count: 2 })
      if (state !== 'running') break
      for (const trial of trials) await train(study, trial)
    }

    const { body } = await study.get().expect(200)
    expect(body.state).toBe('completed')
    const { completed, pruned, failed } = body.trials
    expect(completed + pruned + failed).toBeLessThanOrEqual(request.limits.trials)
    if (failed === 0) expect(completed).toBeGreaterThan(0)
    for (const path of `${EXPLAINED} ${READ}`.split(' '))
      expect((await study.get(path)).status, path).toBeLessThan(500)
    expect(await verifyStudy(app().deps.store, study.id as StudyId, algebraNamed)).not.toHaveProperty(
      'difference',
    )
  })

  // Always the same ones, so that a change fails for its own faults; another seed looks for more.
  await fc.assert(ends, { numRuns: 40, seed: 1 })
})
