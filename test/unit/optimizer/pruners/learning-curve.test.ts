import { describe, expect, it } from 'vitest'
import type { Trial } from '../../../../src/domain/trial.ts'
import {
  completedOf,
  curvesOf,
  fullLength,
  learningCurve,
  standingBy,
} from '../../../../src/optimizer/pruners/learning-curve.ts'
import { aStudyOf, aTrial, reportsOf } from '../../../support/curves.ts'

const LOSS = [{ name: 'value', goal: 'minimize' }] as const

describe('a learning curve', () => {
  it('has by each step the best so far', () => {
    expect(learningCurve(LOSS, reportsOf(3, 1, 2))).toEqual({ steps: [1, 2, 3], standings: [[3], [1], [1]] })
  })

  it('is minimized whatever the goal, and passes over reports without the objective', () => {
    const reports = [...reportsOf(0.5, 0.7), { step: 3, metrics: { other: 1 } }]

    expect(learningCurve([{ name: 'value', goal: 'maximize' }], reports)).toEqual({
      steps: [1, 2],
      standings: [[-0.5], [-0.7]],
    })
  })

  it('has the best of each objective, and of what is bounded the last', () => {
    const metrics = [
      ...LOSS,
      { name: 'seconds', role: 'constraint', max: 3 },
      { name: 'accuracy', goal: 'maximize' },
      { name: 'note', role: 'store' },
    ] as const
    const reports = [
      { step: 1, metrics: { value: 3, accuracy: 0.5, seconds: 2, note: 1 } },
      { step: 2, metrics: { value: 4, accuracy: 0.7, seconds: 4 } },
      { step: 3, metrics: { value: 1, accuracy: 0.8 } },
    ]

    expect(learningCurve(metrics, reports)).toEqual({
      steps: [1, 2],
      standings: [
        [3, -0.5, 2],
        [3, -0.7, 4],
      ],
    })
  })

  it('takes nothing of a prototype for a value', () => {
    const metrics = [...LOSS, { name: 'toString', role: 'constraint', max: 3 }] as const

    expect(learningCurve(metrics, reportsOf(1))).toEqual({ steps: [], standings: [] })
  })

  it('tells the best by a step between its own, and nothing of a step that was not reached', () => {
    const curve = learningCurve(LOSS, [
      { step: 10, metrics: { value: 3 } },
      { step: 20, metrics: { value: 2 } },
    ])

    expect([5, 10, 15, 20, 25].map((step) => standingBy(curve, step))).toEqual([
      undefined,
      [3],
      [3],
      [2],
      undefined,
    ])
  })

  it('of a trial that completed early goes on as it ended, of one that failed is worse than any', () => {
    const completed = { ...learningCurve(LOSS, reportsOf(3, 2)), final: [2] }
    const failed = { ...learningCurve(LOSS, reportsOf(3)), hasFailed: true as const }

    expect([1, 9].map((step) => standingBy(completed, step))).toEqual([[3], [2]])
    expect([1, 9].map((step) => standingBy(failed, step))).toEqual([[3], 'failed'])
  })
})

describe('the curves of a study', () => {
  it('are those of all trials but one that reported or failed', () => {
    const trials: Trial[] = [
      aTrial(0, 'completed', [3, 2], 2),
      aTrial(1, 'running', [4]),
      aTrial(2, 'failed', []),
      aTrial(3, 'queued', []),
      aTrial(4, 'running', [1]),
    ]

    const curves = curvesOf(aStudyOf(trials, { kind: 'auto' }), 4)

    expect(curves).toEqual([
      { steps: [1, 2], standings: [[3], [2]], final: [2] },
      { steps: [1], standings: [[4]] },
      { steps: [], standings: [], hasFailed: true },
    ])
    expect(completedOf(curves)).toEqual([curves[0]])
    expect(fullLength(completedOf(curves))).toBe(2)
  })

  it('are of the newest thousand, and of the best', () => {
    const trials = Array.from({ length: 1100 }, (_, i) => aTrial(i, 'completed', [i], i))
    const { study } = aStudyOf([], { kind: 'auto' })

    const finals = curvesOf({ study: { ...study, bestTrial: 7 }, trials }, 1099).map(({ final }) => final![0])

    expect(finals).toEqual([7, ...Array.from({ length: 999 }, (_, i) => 100 + i)])
  })
})
