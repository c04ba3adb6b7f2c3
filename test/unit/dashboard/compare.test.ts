import { describe, expect, it } from 'vitest'
import { allParameters, progressOf, sharedObjectives } from '../../../dashboard/data/compare.ts'
import type { StudyView, TrialRow } from '../../../dashboard/data/types.ts'

describe('a comparison of studies', () => {
  const studyOf = (metrics: StudyView['metrics'], ...names: string[]) => {
    const parameters = names.map(
      (name) => ({ name, type: 'float', min: 0, max: 1, scale: 'linear' }) as const,
    )
    const study: Partial<StudyView> = { metrics, searchSpace: { parameters, constraints: [] } }
    return study as StudyView
  }
  const completed = (number: number, metrics: Record<string, number>): TrialRow => ({
    number,
    state: 'completed',
    params: {},
    metrics,
  })
  const loss = { name: 'loss', goal: 'minimize' } as const
  const log = { ...loss, scale: 'log' } as const

  it('is by objectives that all have with one goal, on a log scale where all are', () => {
    const accuracy = { name: 'accuracy', goal: 'maximize' } as const
    const both = studyOf([loss, accuracy])

    expect(sharedObjectives([both, studyOf([accuracy])])).toEqual([accuracy])
    expect(sharedObjectives([both, studyOf([{ ...loss, goal: 'maximize' }])])).toEqual([])
    expect(sharedObjectives([studyOf([log]), studyOf([log])])).toEqual([log])
    expect(sharedObjectives([studyOf([log]), studyOf([loss])])).toEqual([loss])
  })

  it('takes for the best what keeps to the study’s own bounds', () => {
    const study = studyOf([loss, { name: 'size', role: 'constraint', max: 10 }])
    const rows = [
      completed(0, { loss: 3, size: 1 }),
      completed(1, { loss: 1, size: 11 }),
      completed(2, { loss: 2, size: 10 }),
    ]

    const { best, bestTrial, trials } = progressOf({ study, rows }, loss)
    expect(best.map(({ number }) => number)).toEqual([0, 2])
    expect([bestTrial?.number, trials]).toEqual([2, 3])
    expect(progressOf({ study, rows: [] }, loss)).toEqual({ study, best: [], trials: 0 })
  })

  it('lists each parameter once', () => {
    expect(allParameters([studyOf([loss], 'a', 'b'), studyOf([loss], 'c', 'a')])).toEqual(['a', 'b', 'c'])
  })
})
