import { describe, expect, it } from 'vitest'
import type { Metric } from '../../../../src/domain/metric.ts'
import {
  atBest,
  beats,
  inOwnUnits,
  scoreStandings,
  standingOf,
} from '../../../../src/optimizer/pruners/standing.ts'

const LOSS: Metric = { name: 'loss', goal: 'minimize' }
const ACCURACY: Metric = { name: 'accuracy', goal: 'maximize' }
const WEIGHTS: Metric = { name: 'weights', role: 'constraint', max: 100 }
const SHARE: Metric = { name: 'share', role: 'constraint', min: 0.25, max: 0.75 }

describe('a standing', () => {
  it('has the objectives first, turned to be minimized, and comes back in the unit of each metric', () => {
    const metrics = [WEIGHTS, LOSS, { name: 'note', role: 'store' }, ACCURACY] as const
    const told = { loss: 2, accuracy: 0.5, weights: 70, note: 1 }

    expect(standingOf(metrics, told)).toEqual([2, -0.5, 70])
    expect(standingOf(metrics, { loss: 2, accuracy: 0.5 })).toBeUndefined()
    expect(inOwnUnits(metrics, [2, -0, 70], [0.1, 0.2, 0])).toEqual({
      metrics: { loss: 2, accuracy: 0, weights: 70 },
      standardErrors: { loss: 0.1, accuracy: 0.2, weights: 0 },
    })
  })

  it('is by logarithms where the scale of an objective is one, a 0 included', () => {
    const metrics = [{ ...LOSS, scale: 'log' } as const, WEIGHTS]

    expect(standingOf(metrics, { loss: 0.01, weights: 70 })).toEqual([Math.log(0.01), 70])
    expect(standingOf(metrics, { loss: 0, weights: 70 })![0]).toBeLessThan(Math.log(1e-300))
    expect(standingOf(metrics, { loss: -1, weights: 70 })).toBeUndefined()
    const { metrics: back, standardErrors } = inOwnUnits(metrics, [Math.log(0.01), 70], [Math.LN2, 3])
    expect(back).toEqual({ loss: expect.closeTo(0.01, 12), weights: 70 })
    expect(standardErrors).toEqual({ loss: expect.closeTo(0.01, 12), weights: 3 })
  })

  it('compares by the objective where there is nothing else, a failure last', () => {
    expect(scoreStandings([ACCURACY], [[-0.5], 'failed', [-0.75]])).toEqual([
      -0.5,
      Number.POSITIVE_INFINITY,
      -0.75,
    ])
  })

  it('compares by fronts where there are several objectives, and by bounds first', () => {
    const better = (metrics: readonly Metric[], standings: number[][]) => {
      const scores = scoreStandings(metrics, standings)
      return standings.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]!)
    }

    expect(
      better(
        [LOSS, ACCURACY],
        [
          [5, -0.1],
          [3, -0.5],
          [4, -0.2],
        ],
      ),
    ).toEqual([1, 2, 0])
    expect(
      better(
        [LOSS, WEIGHTS],
        [
          [1, 300],
          [2, 110],
          [9, 90],
        ],
      ),
    ).toEqual([2, 1, 0])
  })
})

describe('one standing beats another', () => {
  it('that is somewhere worse and nowhere better', () => {
    expect(beats([LOSS], [2], [2.1])).toBe(true)
    expect(beats([LOSS], [2], [2])).toBe(false)
    expect(beats([LOSS], [2], [1.9])).toBe(false)
    expect(beats([LOSS, ACCURACY], [2, -0.5], [3, -0.5])).toBe(true)
    expect(beats([LOSS, ACCURACY], [2, -0.5], [3, -0.6])).toBe(false)
  })

  it('that breaks a bound, while it keeps to all; or that breaks one by more and none by less', () => {
    expect(beats([LOSS, WEIGHTS], [9, 100], [1, 101])).toBe(true)
    expect(beats([LOSS, WEIGHTS], [1, 101], [9, 100])).toBe(false)
    expect(beats([LOSS, WEIGHTS], [9, 110], [1, 120])).toBe(true)
    expect(beats([LOSS, WEIGHTS], [1, 130], [9, 120])).toBe(false)
    expect(beats([LOSS, WEIGHTS], [1, 110], [9, 110])).toBe(false)
    expect(beats([LOSS, WEIGHTS, SHARE], [1, 110, 0.5], [1, 90, 0.9])).toBe(false)
  })
})

describe('the best that could be', () => {
  it('is less of each objective, and as near to the bounds as the doubt allows', () => {
    expect(atBest([LOSS, ACCURACY, WEIGHTS], [2, -0.5, 150], [1, 0.25, 30])).toEqual([1, -0.75, 120])
    expect(atBest([LOSS, WEIGHTS], [2, 110], [1, 30])).toEqual([1, 100])
    expect(atBest([LOSS, SHARE], [2, 0.125], [0, 0.5])).toEqual([2, 0.25])
    expect(atBest([LOSS, SHARE], [2, 0.5], [0, 0.5])).toEqual([2, 0.5])
  })
})
