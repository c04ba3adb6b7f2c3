import { describe, expect, it } from 'vitest'
import type { Trial } from '../../../../src/domain/trial.ts'
import { observe } from '../../../../src/optimizer/history/observe.ts'
import { encodeSpace } from '../../../../src/optimizer/space/encode.ts'
import { aStudyOf, aTrial } from '../../../support/curves.ts'

const PRUNER = { kind: 'auto', maxSteps: 14 } as const

const givenUp = (number: number, value: number): Trial => ({
  ...aTrial(number, 'pruned', [value, value + 1]),
  metrics: { value: value + 1 },
  pruning: { step: 2, revision: 1 },
})
/** Of what it was by step 2 a half is left at the end. */
const completed = (number: number, by2: number) =>
  aTrial(number, 'completed', [by2 + 1, by2, by2 / 2], by2 / 2)
const again = (trial: Trial, promotedFrom: number): Trial => ({
  ...trial,
  origin: { ...trial.origin, sampler: 'promotion', promotedFrom },
})

/** By the numbers of the trials, whose parameter says them. */
function valuesOf(trials: readonly Trial[], pruner: Parameters<typeof aStudyOf>[1] = PRUNER) {
  const study = aStudyOf(trials, pruner)
  const { observations } = observe(study, encodeSpace(study.study.definition.searchSpace))
  return observations.map(({ value, measured }) => [value, measured?.errors[0]])
}

describe('trials of a first round', () => {
  it('count by what they had come to by the same step while nobody knows where that leads', () => {
    expect(valuesOf([givenUp(0, 6), completed(1, 4), completed(2, 8)])).toEqual([
      [6, 0],
      [4, 0],
      [8, 0],
    ])
  })

  it('count by what they would have come to as soon as three completed, with its error', () => {
    const [unknown, ...others] = valuesOf([givenUp(0, 6), completed(1, 4), completed(2, 8), completed(3, 5)])

    expect(unknown?.[0]).toBeCloseTo(3, 0)
    expect(unknown?.[1]).toBeGreaterThan(0)
    expect(others).toEqual([
      [2, 0],
      [4, 0],
      [2.5, 0],
    ])
  })

  it('do not count beside the run that was their promotion', () => {
    expect(valuesOf([givenUp(0, 6), again(completed(1, 6), 0)])).toEqual([[6, 0]])
    expect(valuesOf([givenUp(0, 6), again(aTrial(1, 'failed', []), 0)])).toEqual([
      [6, 0],
      [undefined, undefined],
    ])
  })

  it('count as they ended where there is no such round', () => {
    expect(valuesOf([givenUp(0, 6), completed(1, 4)], { kind: 'auto' })).toEqual([
      [7, 0],
      [2, 0],
    ])
  })
})
