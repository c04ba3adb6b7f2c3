import { describe, expect, it } from 'vitest'
import { newStudyId } from '../../../src/domain/ids.ts'
import type { Study } from '../../../src/domain/study.ts'
import { type Trial, trialSeed } from '../../../src/domain/trial.ts'
import { presentPage, presentStudy, presentTrial } from '../../../src/http/present.ts'
import { StudySchema } from '../../../src/http/schemas/study.ts'
import { TrialSchema } from '../../../src/http/schemas/trial.ts'

const id = newStudyId(new Uint8Array(16))
const counts = {
  queued: 0,
  running: 1,
  paused: 0,
  completed: 2,
  pruned: 0,
  failed: 0,
  infeasible: 0,
  canceled: 0,
}

const study: Study = {
  id,
  definition: {
    name: 'branin',
    seed: 7,
    tags: ['demo'],
    searchSpace: {
      parameters: [{ name: 'x0', type: 'float', min: 0, max: 1, scale: 'linear' }],
      constraints: ['x0 < 1'],
    },
    metrics: [{ name: 'value', goal: 'minimize' }],
    trainer: { kind: 'function', name: 'branin' },
    sampler: { kind: 'auto' },
    pruner: { kind: 'none' },
    limits: { trials: 3, parallel: 1, seconds: 60 },
  },
  state: 'completed',
  createdAt: '2026-01-01T00:00:00.000Z',
  finishedAt: '2026-01-01T00:00:09.000Z',
  endReason: { code: 'budget-used', message: 'All trials are done.' },
  bestTrial: 1,
  test: { trial: 1, metrics: { accuracy: 0.97 } },
}

const trial: Trial = {
  number: 17,
  state: 'completed',
  params: { x0: 0.5 },
  origin: { sampler: 'gaussian-process', version: 1, phase: 'model', revision: 211 },
  attempt: 2,
  crashes: 1,
  worker: 'w',
  metrics: { value: 1.5 },
  curve: [
    { step: 1, metrics: { loss: 0.9 } },
    { step: 3, metrics: { loss: 0.5, accuracy: 0.8 } },
  ],
  queuedAt: '2026-01-01T00:00:00.000Z',
  startedAt: '2026-01-01T00:00:01.000Z',
  finishedAt: '2026-01-01T00:00:01.412Z',
}

describe('presentStudy', () => {
  it('puts definition and progress side by side, nothing lost', () => {
    const view = presentStudy({ study, counts, revision: 31 })

    const { definition, ...progress } = study
    expect(view).toEqual({ ...definition, ...progress, trials: counts, revision: 31 })
  })

  it('shows just what its schema describes', () => {
    const view = presentStudy({ study, counts, revision: 31 })

    expect(StudySchema.parse(view)).toEqual(view)
  })
})

describe('presentTrial', () => {
  it("works out the trial's seed, its duration and its curve as columns", () => {
    expect(presentTrial(id, 7, trial)).toMatchObject({
      study: id,
      number: 17,
      seed: trialSeed(7, 17),
      durationMs: 412,
      curve: { step: [1, 3], loss: [0.9, 0.5], accuracy: [null, 0.8] },
    })
  })

  it('has the steps of a curve whatever its metrics are called', () => {
    const curve = [{ step: 2, metrics: { step: 99, loss: 1 } }]

    expect(presentTrial(id, 7, { ...trial, curve }).curve).toEqual({ step: [2], loss: [1] })
  })

  it('leaves out what is not known yet, and how often workers crashed', () => {
    const { curve: _, startedAt: __, finishedAt: ___, ...queued } = trial

    const view = presentTrial(id, 7, queued)

    expect(Object.keys(view)).not.toEqual(expect.arrayContaining(['curve']))
    expect(view).not.toHaveProperty('durationMs')
    expect(view).not.toHaveProperty('crashes')
  })

  it('shows just what its schema describes', () => {
    const view = presentTrial(id, 7, trial)

    expect(TrialSchema.parse(view)).toEqual(view)
  })
})

describe('presentPage', () => {
  it('has a cursor only where another page follows', () => {
    expect(presentPage({ items: [1, 2], nextCursor: 'c' }, String)).toEqual({
      items: ['1', '2'],
      nextCursor: 'c',
    })
    expect(presentPage({ items: [] }, String)).toEqual({ items: [] })
  })
})
