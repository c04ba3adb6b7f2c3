import { describe, expect, it } from 'vitest'
import {
  type CompletedCurve,
  type LearningCurve,
  learningCurve,
} from '../../../../src/optimizer/pruners/learning-curve.ts'
import { expectedOf, predictFinal } from '../../../../src/optimizer/pruners/predict-final.ts'
import { reportsOf } from '../../../support/curves.ts'

const LOSS = [{ name: 'value', goal: 'minimize' }] as const
const curve = (...values: number[]) => learningCurve(LOSS, reportsOf(...values))
const completed = (...values: number[]) => ({ ...curve(...values), final: [values.at(-1)!] })
function predicted(own: LearningCurve, others: readonly CompletedCurve[]) {
  const { values, standardErrors } = predictFinal(LOSS, own, others)!
  return { value: values[0]!, standardError: standardErrors[0]! }
}

describe('what a trial would come to', () => {
  it('is what it has less what the others gained from there', () => {
    const others = [completed(4, 2), completed(5, 3), completed(6, 4)]

    expect(predicted(curve(5), others)).toEqual({ value: 3, standardError: 0 })
  })

  it('gains more where the others did that were as bad', () => {
    const others = [10, 20, 30, 40].map((first) => completed(first, first / 2))

    const { value } = predicted(curve(40), others)

    // The slope is half in truth, and shrunk by a fifth: four trials and one of belief.
    expect(value).toBeCloseTo(40 - (12.5 + 0.8 * 7.5), 9)
  })

  it('is the less sure the further from what is known', () => {
    const others = [completed(4, 2), completed(5, 2.5), completed(6, 4)]

    const [near, far] = [5, 50].map((value) => predicted(curve(value), others).standardError)

    expect(far).toBeGreaterThan(5 * near!)
  })

  it('is never worse than what the trial has where no other lost anything', () => {
    const others = [completed(4, 2), completed(5, 3.9), completed(6, 6)]

    expect(predicted(curve(12), others).value).toBe(12)
  })

  it('loses as the others lost, and no more than any of them', () => {
    const ending = (first: number, final: number) => ({ ...curve(first), final: [final] })

    expect(predicted(curve(5), [ending(4, 5), ending(5, 6), ending(6, 7)])).toEqual({
      value: 6,
      standardError: 0,
    })
    expect(predicted(curve(12), [ending(4, 4), ending(5, 6), ending(6, 8)]).value).toBe(14)
  })

  it('is not known from two others, nor where the trial has not reported', () => {
    const two = [completed(4, 2), completed(5, 3)]

    expect(predictFinal(LOSS, curve(5), two)).toBeUndefined()
    expect(predictFinal(LOSS, curve(), [...two, completed(6, 4)])).toBeUndefined()
  })

  it('is the same in other units and for the other goal, turned round', () => {
    const firsts = [4, 5.5, 6]
    const lasts = [2, 2.5, 4]
    const scaled = (f: (x: number) => number) =>
      predicted(
        curve(f(7)),
        firsts.map((first, i) => completed(f(first), f(lasts[i]!))),
      )
    const plain = scaled((x) => x)
    const other = scaled((x) => 1000 * x + 5)

    expect(other.value).toBeCloseTo(1000 * plain.value + 5, 6)
    expect(other.standardError).toBeCloseTo(1000 * plain.standardError, 6)
  })

  it('falls by the share that the others fell by, on a log scale', () => {
    const metrics = [{ ...LOSS[0], scale: 'log' }] as const
    const decades = (first: number, last: number) => ({
      ...learningCurve(metrics, reportsOf(first, last)),
      final: [Math.log(last)],
    })
    const others = [decades(1, 1e-2), decades(1e-3, 1e-5), decades(1e-5, 1e-7)]
    const { expected } = expectedOf(metrics, learningCurve(metrics, reportsOf(1e-6)), others)

    expect(expected!.metrics.value! / 1e-8).toBeCloseTo(1, 6)
    expect(expected!.standardErrors.value! / 1e-8).toBeCloseTo(0, 6)
  })

  it('is told of each metric, of one that no training changes exactly', () => {
    const metrics = [
      { name: 'loss', goal: 'minimize' },
      { name: 'accuracy', goal: 'maximize' },
      { name: 'weights', role: 'constraint', max: 9 },
      { name: 'seconds', role: 'constraint', max: 9 },
    ] as const
    const at = (step: number, loss: number, accuracy: number, weights: number, seconds: number) => ({
      step,
      metrics: { loss, accuracy, weights, seconds },
    })
    const others = [5, 7, 8].map((weights) => ({
      ...learningCurve(metrics, [at(1, weights, 0.5, weights, 2)]),
      final: [weights - 2, -0.75, weights, 6],
    }))

    const { values, standardErrors } = predictFinal(
      metrics,
      learningCurve(metrics, [at(1, 4, 0.125, 12, 3)]),
      others,
    )!

    expect(values).toEqual([2, -0.375, 12, 7])
    expect(standardErrors).toEqual([0, 0, 0, 0])
  })
})
