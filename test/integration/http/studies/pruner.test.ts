import { describe, expect, it } from 'vitest'
import { algebraNamed } from '../../../../src/algebra/best-algebra.ts'
import type { StudyId } from '../../../../src/domain/ids.ts'
import { TrialSchema } from '../../../../src/http/schemas/trial.ts'
import { verifyStudy } from '../../../../src/services/verify/verify-study.ts'
import { withApp } from '../../../support/app.ts'
import { createExternalStudy, type ExternalStudy } from '../../../support/external-study.ts'

const app = withApp()
const pruner = { kind: 'median', minTrials: 3, minSteps: 2 }
const limits = { trials: 20, parallel: 1 }

/** Asks for a trial and reports these losses until it is told to stop. */
async function train(study: ExternalStudy, losses: readonly number[]) {
  const { trials } = await study.ask()
  const path = `/trials/${trials[0]!.number}`
  for (const [i, loss] of losses.entries()) {
    const { body } = await study.post(`${path}:report`, { step: i + 1, metrics: { loss } }).expect(200)
    if (body.decision === 'stop') return { path, step: i + 1, ...body }
  }
  await study.post(`${path}:tell`, { state: 'completed', metrics: { loss: losses.at(-1) } }).expect(200)
  return { path, decision: 'continue' }
}

async function withThreeCompleted(fields: object = { pruner }): Promise<ExternalStudy> {
  const study = await createExternalStudy(app(), { limits, ...fields })
  for (const from of [3, 4, 5]) await train(study, [from, from - 1, from - 2])
  return study
}

describe('a study with a pruner', () => {
  it('shows it, its options included', async () => {
    const study = await createExternalStudy(app(), {
      pruner: { kind: 'successive-halving', reductionFactor: 4, minSteps: 10, minTrials: 8 },
    })

    expect((await study.get()).body.pruner).toEqual({
      kind: 'successive-halving',
      reductionFactor: 4,
      minSteps: 10,
      minTrials: 8,
    })
  })

  it('tells who trains to stop, and why, as often as that is reported', async () => {
    const study = await withThreeCompleted()

    const { path, step, decision, reason } = await train(study, [9, 9, 9])

    expect({ step, decision, reason }).toEqual({
      step: 2,
      decision: 'stop',
      reason: 'After step 2 it was worse than the median of the 3 trials that completed.',
    })
    const again = await study.post(`${path}:report`, { step: 2, metrics: { loss: 9 } }).expect(200)
    expect(again.body).toMatchObject({ decision: 'stop', reason })
    const alive = await study.post(`${path}:heartbeat`).expect(200)
    expect(alive.body).toMatchObject({ decision: 'continue' })
  })

  it('keeps what a pruned trial had come to and would have come to, told or not, and can prove it', async () => {
    const study = await withThreeCompleted()
    const { path, reason } = await train(study, [9, 8, 7])

    const { body } = await study.post(`${path}:tell`, { state: 'pruned', reason }).expect(200)

    const pruning = { step: 2, expected: { metrics: { loss: 7 }, standardErrors: { loss: 0 } } }
    expect(body).toMatchObject({ state: 'pruned', metrics: { loss: 8 }, pruning })
    const { body: trial } = await study.get(path)
    expect(TrialSchema.parse(trial)).toEqual(trial)
    expect(trial).toMatchObject({ pruning })
    await train(study, [3, 2, 1])
    const verified = await verifyStudy(app().deps.store, study.id as StudyId, algebraNamed)
    expect(verified).not.toHaveProperty('difference')
    expect(verified.rejudged).toBe(1)
  })

  it('of whole trainings of a known length begins with short ones, and promotes the best', async () => {
    const study = await createExternalStudy(app(), { limits, pruner: { kind: 'auto', maxSteps: 14 } })
    for (const loss of [3, 2, 4, 2.5]) {
      const { path, step, decision, reason } = await train(study, [9, loss, 1])
      expect({ step, decision }).toEqual({ step: 2, decision: 'stop' })
      await study.post(`${path}:tell`, { state: 'pruned', reason }).expect(200)
    }

    const { trials } = await study.ask()

    const { body: second } = await study.get('/trials/1')
    expect(trials[0]).toMatchObject({
      params: second.params,
      origin: { sampler: 'promotion', promotedFrom: 1 },
    })
    const verified = await verifyStudy(app().deps.store, study.id as StudyId, algebraNamed)
    expect(verified).not.toHaveProperty('difference')
    expect(verified).toMatchObject({ reproposed: 5, rejudged: 4 })
  })

  it('knows how long the trainings of Hone itself are', async () => {
    const request = { trainer: { kind: 'mlp', dataset: 'iris' }, pruner: { kind: 'auto' } }
    const { body } = await app().http.post('/v1/studies').send(request).expect(201)

    expect(body.pruner).toEqual({ kind: 'auto', maxSteps: 40 })
    const trainer = { kind: 'mlp', dataset: 'iris', settings: { epochs: 1 } }
    const { body: short } = await app()
      .http.post('/v1/studies')
      .send({ ...request, trainer })
      .expect(201)
    expect(short.pruner).toEqual({ kind: 'auto', maxSteps: 1 })
  })

  it('takes the told metrics of a trial that its user gave up, and its curve where there are none', async () => {
    const study = await createExternalStudy(app(), { limits })
    await study.ask()
    await study.post('/trials/0:report', { step: 1, metrics: { loss: 5 } }).expect(200)
    await study.post('/trials/0:tell', { state: 'pruned', reason: 'no hope' }).expect(200)
    await study.ask()
    await study.post('/trials/1:report', { step: 1, metrics: { loss: 5 } }).expect(200)
    await study
      .post('/trials/1:tell', { state: 'pruned', reason: 'no hope', metrics: { loss: 4 } })
      .expect(200)

    expect((await study.get('/trials/0')).body).toMatchObject({ metrics: { loss: 5 } })
    expect((await study.get('/trials/1')).body).toMatchObject({ metrics: { loss: 4 } })
    expect((await study.get('/trials/1')).body).not.toHaveProperty('pruning')
  })

  it('lets a trial go on while too few have completed, and where nothing is reported', async () => {
    const study = await createExternalStudy(app(), { limits, pruner: { kind: 'auto' } })
    for (const from of [3, 4, 5, 50]) {
      expect(await train(study, [from, from - 1, from - 2])).toMatchObject({ decision: 'continue' })
    }
    const { trials } = await study.ask()
    await study
      .post(`/trials/${trials[0]!.number}:tell`, { state: 'completed', metrics: { loss: 9 } })
      .expect(200)

    expect((await study.get()).body.trials).toMatchObject({ completed: 5, pruned: 0 })
  })

  it('gives up by bounds too, and lets a trial go on whose report lacks what is bounded', async () => {
    const metrics = [
      { name: 'loss', goal: 'minimize' },
      { name: 'seconds', role: 'constraint', max: 9 },
    ]
    const study = await createExternalStudy(app(), {
      limits,
      metrics,
      pruner: { kind: 'auto', minTrials: 3, minSteps: 1 },
    })
    const report = async (told: object) => {
      const number = (await study.ask()).trials[0]!.number
      const path = `/trials/${number}`
      const { body } = await study.post(`${path}:report`, { step: 1, metrics: told }).expect(200)
      return { path, decision: body.decision }
    }
    const tell = (path: string, told: object) => study.post(`${path}:tell`, told).expect(200)
    for (const [loss, seconds] of [
      [3, 12],
      [4, 8],
      [5, 8],
    ] as const) {
      const { path } = await report({ loss, seconds })
      await study.post(`${path}:report`, { step: 2, metrics: { loss, seconds } }).expect(200)
      await tell(path, { state: 'completed', metrics: { loss, seconds } })
    }

    const slow = await report({ loss: 1, seconds: 12 })
    await tell(slow.path, { state: 'pruned', reason: 'told so' })
    const silent = await report({ loss: 9 })
    await tell(silent.path, { state: 'completed', metrics: { loss: 9, seconds: 1 } })
    const good = await report({ loss: 3.5, seconds: 8 })

    expect([slow, silent, good].map(({ decision }) => decision)).toEqual(['stop', 'continue', 'continue'])
    expect((await study.get(slow.path)).body.pruning.expected).toEqual({
      metrics: { loss: 1, seconds: 12 },
      standardErrors: { loss: 0, seconds: 0 },
    })
  })

  it('can be imported from its export, pruned trials as what they had come to', async () => {
    const study = await withThreeCompleted()
    const { path, reason } = await train(study, [9, 8, 7])
    await study.post(`${path}:tell`, { state: 'pruned', reason }).expect(200)
    const { text } = await study.get('/export?format=ndjson').buffer(true)
    const other = await createExternalStudy(app(), { limits, pruner })

    await other.post('/trials').type('application/x-ndjson').send(text).expect(201)

    expect((await other.get('/trials/3')).body).toMatchObject({ state: 'pruned', metrics: { loss: 8 } })
  })

  it.each([
    [
      { trainer: { kind: 'function', name: 'branin' }, pruner: { kind: 'auto' } },
      'pruner: a function is evaluated at once',
    ],
    [
      {
        trainer: { kind: 'mlp', dataset: 'iris' },
        metrics: [
          { name: 'validationLoss', goal: 'minimize' },
          { name: 'trainingSeconds', role: 'constraint', max: 1 },
        ],
        pruner: { kind: 'auto' },
      },
      'pruner: trainingSeconds is known at the end of a training only',
    ],
    [{ trainer: { kind: 'mlp', dataset: 'iris' }, pruner: { kind: 'hyperband' } }, 'pruner.kind'],
    [
      { trainer: { kind: 'mlp', dataset: 'iris' }, pruner: { kind: 'auto', minSteps: 40 } },
      'pruner.minSteps: must be below 40, the steps of a whole training',
    ],
    [{ trainer: { kind: 'mlp', dataset: 'iris' }, pruner: { kind: 'median', maxSteps: 40 } }, 'maxSteps'],
    [
      { trainer: { kind: 'mlp', dataset: 'iris' }, pruner: { kind: 'auto', minTrials: 2 } },
      'pruner.minTrials',
    ],
    [
      { trainer: { kind: 'mlp', dataset: 'iris' }, pruner: { kind: 'median', reductionFactor: 3 } },
      'reductionFactor',
    ],
  ])('refuses %j', async (request, detail) => {
    const { body } = await app().http.post('/v1/studies').send(request).expect(422)

    expect(body.detail).toContain(detail)
  })
})
