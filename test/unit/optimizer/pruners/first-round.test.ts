import { describe, expect, it } from 'vitest'
import type { AutoPrunerSpec } from '../../../../src/domain/study.ts'
import type { Trial } from '../../../../src/domain/trial.ts'
import { propose } from '../../../../src/optimizer/propose.ts'
import { nextPromotion } from '../../../../src/optimizer/pruners/first-round.ts'
import { shouldPrune } from '../../../../src/optimizer/should-prune.ts'
import { aStudyOf, aTrial, reportsOf } from '../../../support/curves.ts'
import { space } from '../../../support/spaces.ts'

// The first trials are compared after two of fourteen steps.
const PRUNER: AutoPrunerSpec = { kind: 'auto', maxSteps: 14 }
const LIMITS = { trials: 60, parallel: 1 }

const givenUp = (number: number, value: number): Trial => ({
  ...aTrial(number, 'pruned', [value + 1, value]),
  metrics: { value },
  pruning: { step: 2, revision: 1 },
})
const completed = (number: number, by2: number, final: number) =>
  aTrial(number, 'completed', [by2 + 1, by2, final], final)
const again = (number: number, promotedFrom: number, state: Trial['state'] = 'queued'): Trial => {
  const trial = aTrial(number, state, [])
  return { ...trial, origin: { ...trial.origin, sampler: 'promotion', promotedFrom } }
}

function judged(values: readonly number[], trials: readonly Trial[], pruner = PRUNER, limits = LIMITS) {
  const number = trials.length
  const study = aStudyOf([...trials, aTrial(number, 'running', [])], pruner, { limits })
  return shouldPrune(study, number, reportsOf(...values))
}

const promoted = (trials: readonly Trial[], pruner = PRUNER) =>
  nextPromotion(aStudyOf(trials, pruner, { limits: LIMITS }))?.number

describe('the first round of auto', () => {
  it('gives the first ones up after a seventh of a whole training', () => {
    expect(judged([5], [])).toBeUndefined()
    expect(judged([5, 4], [])).toEqual({
      reason: 'After step 2 it was number 1 of the first 1, of which the best quarter goes on.',
      pruning: { step: 2, revision: 77 },
    })
    expect(judged([5, 4, 3], [])).toBeUndefined()
  })

  it('lets the best of four go on, and one that is as good', () => {
    const three = [givenUp(0, 3), givenUp(1, 2), givenUp(2, 4)]

    expect(judged([5, 1], three)).toBeUndefined()
    expect(judged([5, 2], three)).toBeUndefined()
    expect(judged([5, 2.5], three)?.reason).toContain('number 2 of the first 4')
  })

  it('counts what failed and what runs, but no trial twice', () => {
    const others = [givenUp(0, 3), aTrial(1, 'failed', []), aTrial(2, 'running', [9, 8])]

    expect(judged([5, 2], others)).toBeUndefined()
    expect(judged([5, 2], [...others.slice(0, 2), again(2, 0)])?.reason).toContain('of the first 3')
  })

  it('judges at the step given, or at the first report beyond it', () => {
    const pruner = { ...PRUNER, minSteps: 5 }
    const jump = [...reportsOf(9), { step: 8, metrics: { value: 8 } }]
    const study = aStudyOf([aTrial(0, 'running', [])], pruner, { limits: LIMITS })

    expect(judged([9, 9, 9, 9], [], pruner)).toBeUndefined()
    expect(shouldPrune(study, 0, jump)?.reason).toContain('After step 8')
  })

  it('compares what is reported every five steps by the first of these', () => {
    const every5 = (...values: number[]) =>
      values.map((value, i) => ({ step: 5 * (i + 1), metrics: { value } }))
    const others = [3, 2, 4].map((value, number) => ({ ...givenUp(number, 0), curve: every5(value) }))
    const study = aStudyOf([...others, aTrial(3, 'running', [])], PRUNER, { limits: LIMITS })

    expect(shouldPrune(study, 3, every5(1))).toBeUndefined()
    expect(shouldPrune(study, 3, every5(2.5))?.reason).toContain('After step 5 it was number 2')
    expect(shouldPrune(study, 3, every5(2.5, 2.5))).toBeUndefined()
    expect(nextPromotion({ ...study, trials: [...others, { ...givenUp(3, 0), curve: every5(2.5) }] })).toBe(
      others[1],
    )
  })

  it('makes at most a third of the trials short', () => {
    const others = [0, 1, 2].map((number) => givenUp(number, number))

    expect(judged([9, 9], others, PRUNER, { trials: 12, parallel: 1 })).toBeDefined()
    expect(judged([9, 9], others, PRUNER, { trials: 11, parallel: 1 })).toBeUndefined()
    expect(judged([9, 9], [], PRUNER, { trials: 11, parallel: 1 })).toBeUndefined()
  })

  it('is over once five completed, and there is none where nobody knows how long a training is', () => {
    const five = [0, 1, 2, 3, 4].map((number) => completed(number, 5, 1))

    expect(judged([9, 6], five.slice(0, 4))?.reason).toContain('number 5 of the first 5')
    expect(judged([9, 6], five)?.reason).toContain('not expected to become the best')
    expect(judged([5, 4], [], { kind: 'auto' })).toBeUndefined()
    expect(judged([5, 4], [], { kind: 'auto', maxSteps: 14, minSteps: 14 })).toBeUndefined()
  })
})

describe('promotion', () => {
  const four = [givenUp(0, 3), givenUp(1, 2), givenUp(2, 4), givenUp(3, 2.5)]

  it('is for the best quarter of the trials, once each', () => {
    expect(promoted(four.slice(0, 3))).toBeUndefined()
    expect(promoted(four)).toBe(1)
    expect(promoted([...four, again(4, 1)])).toBeUndefined()
    expect(promoted([...four, again(4, 1), ...[5, 6, 7, 8].map((n) => givenUp(n, n))])).toBe(3)
  })

  it('passes over what its user gave up at another step', () => {
    const later = { ...givenUp(1, 2), curve: reportsOf(3, 2, 2) }

    expect(promoted([four[0]!, later, four[2]!, four[3]!])).toBeUndefined()
  })

  it('passes over what went on at once', () => {
    expect(promoted([givenUp(0, 3), givenUp(1, 2), givenUp(2, 4), completed(3, 1, 0.5)])).toBeUndefined()
    expect(promoted([givenUp(0, 3), givenUp(1, 2), givenUp(2, 4), aTrial(3, 'running', [2, 1])])).toBe(
      undefined,
    )
  })

  it('ends with the first round', () => {
    const five = [4, 5, 6, 7, 8].map((number) => completed(number, 9, 8))

    expect(promoted([...four, ...five.slice(0, 4)])).toBe(1)
    expect(promoted([...four, ...five])).toBeUndefined()
    expect(promoted(four, { kind: 'auto' })).toBeUndefined()
  })

  it('is for each trial, the best first, where no other values are left', () => {
    const searchSpace = space([{ name: 'x', type: 'ordinal', values: [0, 0.01] }])
    const both = [givenUp(0, 3), givenUp(1, 2)]
    const next = (trials: readonly Trial[]) => {
      const proposal = propose(aStudyOf(trials, PRUNER, { limits: LIMITS, searchSpace }), trials.length)
      return proposal === 'exhausted' ? proposal : proposal.origin.promotedFrom
    }

    expect(next(both)).toBe(1)
    expect(next([...both, again(2, 1)])).toBe(0)
    expect(next([...both, again(2, 1), again(3, 0)])).toBe('exhausted')
  })

  it('is what is proposed next, unless values are fixed', () => {
    const study = aStudyOf(four, PRUNER, { limits: LIMITS, sampler: { kind: 'random' } })

    expect(propose(study, 4)).toEqual({
      params: four[1]!.params,
      origin: { sampler: 'promotion', version: 1, phase: 'startup', revision: 77, promotedFrom: 1 },
    })
    expect(propose(study, 4, undefined, { x: 0.5 })).toMatchObject({ origin: { sampler: 'random' } })
  })
})
