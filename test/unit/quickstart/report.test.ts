import { describe, expect, it } from 'vitest'
import { newStudyId } from '../../../src/domain/ids.ts'
import type { StudyView } from '../../../src/http/schemas/study.ts'
import type { TrialView } from '../../../src/http/schemas/trial.ts'
import {
  bestTrialsTable,
  earlierStudies,
  prunedSentence,
  summary,
  testSentence,
  warmStartSentence,
} from '../../../src/quickstart/report.ts'

function aStudy(fields: object = {}): StudyView {
  return {
    id: 'st_2222222222222222',
    name: 'digits quickstart',
    state: 'completed',
    metrics: [{ name: 'validationLoss', goal: 'minimize' }],
    searchSpace: { parameters: [{ name: 'learningRate' }, { name: 'momentum' }], constraints: [] },
    bestTrial: 2,
    ...fields,
  } as unknown as StudyView
}

function aTrial(number: number, validationLoss: number, fields: object = {}): TrialView {
  return {
    number,
    params: { learningRate: 0.123456 },
    metrics: { validationLoss, validationAccuracy: 0.9, validationRocAuc: 0.99, weightCount: 99 },
    ...fields,
  } as unknown as TrialView
}

describe('bestTrialsTable', () => {
  it('shows the best five, the objective, the accuracy and every parameter, columns aligned', () => {
    const trials = [0.5, 0.4, 0.1, 0.2, 0.6, 0.3].map((loss, number) => aTrial(number, loss))

    expect(bestTrialsTable(aStudy(), trials).split('\n')).toEqual([
      'trial  validationLoss  validationAccuracy  learningRate  momentum',
      '    2             0.1                 0.9        0.1235         -',
      '    3             0.2                 0.9        0.1235         -',
      '    5             0.3                 0.9        0.1235         -',
      '    1             0.4                 0.9        0.1235         -',
      '    0             0.5                 0.9        0.1235         -',
    ])
  })

  it('puts the largest on top when the objective is maximized', () => {
    const study = aStudy({ metrics: [{ name: 'validationAccuracy', goal: 'maximize' }], bestTrial: 1 })
    const trials = [0.7, 0.8].map((accuracy, number) =>
      aTrial(number, 0, { metrics: { validationAccuracy: accuracy } }),
    )

    expect(bestTrialsTable(study, trials).split('\n')[1]).toMatch(/^ +1 +0\.8 /)
  })

  it('puts the winner before a trial that is as good', () => {
    const trials = [aTrial(1, 0.1), aTrial(2, 0.1)]

    expect(bestTrialsTable(aStudy(), trials).split('\n')[1]).toMatch(/^ +2 /)
  })
})

describe('testSentence', () => {
  it.each([
    [{ accuracy: 0.98123, loss: 1 }, 'is right on 98.12 % of the test rows'],
    [{ r2: 0.48346, rmse: 3 }, 'has an R2 of 0.4835 on the test rows'],
  ])('says what %j means', (metrics, words) => {
    expect(testSentence(aStudy({ test: { trial: 2, metrics } }))).toContain(words)
  })

  it('says when there is no result', () => {
    expect(testSentence(aStudy())).toBe('No result on the test rows.')
  })
})

describe('warmStartSentence', () => {
  const id = newStudyId(new Uint8Array(16))
  it.each([
    [0, 0, 'no earlier study yet'],
    [1, 1, 'begins with 1 setting that did well in the earlier study.'],
    [2, 3, 'begins with 3 settings that did well in 2 earlier studies.'],
  ])('says what %i studies and %i points come to', (studies, points, words) => {
    const point = { params: { learningRate: 0.1 }, from: id }
    const learned = {
      studies: Array.from({ length: studies }, () => id),
      points: Array.from({ length: points }, () => point),
    }
    expect(warmStartSentence(learned)).toContain(words)
  })
})

describe('prunedSentence', () => {
  it.each([
    [0, ''],
    [1, '1 trial was given up early.'],
    [62, '62 trials were given up early.'],
  ])('of %d pruned trials is "%s"', (pruned, sentence) => {
    expect(prunedSentence(aStudy({ trials: { pruned } }))).toBe(sentence)
  })
})

describe('summary', () => {
  it('is one object with the winner, its test and the time', () => {
    const study = aStudy({ test: { trial: 2, metrics: { accuracy: 0.98 } } })

    expect(summary(study, [aTrial(0, 0.2), aTrial(2, 0.1)], 2, 1.5)).toEqual({
      study: 'st_2222222222222222',
      trials: 2,
      bestTrial: { number: 2, params: aTrial(2, 0.1).params, metrics: aTrial(2, 0.1).metrics },
      test: { accuracy: 0.98 },
      seconds: 1.5,
    })
  })
})

describe('earlierStudies', () => {
  it('says nothing when there are none', () => {
    expect(earlierStudies([])).toBe('')
  })

  it('names the newest three', () => {
    const lines = earlierStudies([1, 2, 3, 4].map((number) => aStudy({ name: `study ${number}` }))).split(
      '\n',
    )

    expect(lines[0]).toBe('4 earlier studies are here:')
    expect(lines.slice(1, 4).map((line) => line.slice(-7))).toEqual(['study 1', 'study 2', 'study 3'])
    expect(lines[4]).toBe('  ...')
  })
})
