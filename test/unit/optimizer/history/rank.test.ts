import { describe, expect, it } from 'vitest'
import {
  crowdingDistances,
  nonDominatedFronts,
  rankOutcomes,
} from '../../../../src/optimizer/history/rank.ts'

const outcome = (objectives: number[], ...violations: number[]) => ({ objectives, violations })

describe('rankOutcomes', () => {
  it('puts what keeps to the constraints first, then the less broken', () => {
    const places = rankOutcomes([
      outcome([1], 2, 0),
      outcome([9], 0, 0),
      outcome([3], 0, 0),
      // In units of the usual violation of each constraint, 1.5 and 500: 1 / 1.5 + 1, against 2 / 1.5 above and 1 here.
      outcome([1], 1, 500),
      outcome([1], 0, 500),
      outcome([1], 0, 1000),
    ])
    expect(places.slice(1, 3)).toEqual([1, 0])
    expect(places.indexOf(2)).toBe(4)
  })

  it('takes one enormous violation for what it is, and not for the unit of the others', () => {
    // Of the usual amounts, 2 and 3: 1/2 + 3/3 and 3/2 + 1/3.
    const nearby = [outcome([1], 3, 1), outcome([1], 1, 3)]
    const beside = (amount: number) => rankOutcomes([...nearby, outcome([1], 2, amount)])
    expect(beside(1e12)).toEqual([1, 0, 2])
    expect(beside(1e12)).toEqual(beside(40))
  })

  it('puts one front after the other, and the lonely points of a front before the crowded', () => {
    const places = rankOutcomes([
      outcome([0, 10]),
      outcome([1, 8]),
      outcome([2, 7]),
      outcome([10, 0]),
      outcome([11, 11]),
      outcome([5, 3]),
    ])
    expect(places[4]).toBe(5)
    // The ends, then the point with the widest gap around it.
    expect(new Set([places[0], places[3]])).toEqual(new Set([0, 1]))
    expect(places[5]).toBe(2)
  })
})

describe('nonDominatedFronts', () => {
  it('peels the points off front by front; equal ones share a front', () => {
    const points = [
      [3, 3],
      [1, 2],
      [2, 1],
      [1, 2],
      [4, 4],
      [2, 2],
    ]
    expect(nonDominatedFronts(points)).toEqual([[1, 2, 3], [5], [0], [4]])
    expect(nonDominatedFronts([])).toEqual([])
  })
})

describe('crowdingDistances', () => {
  it('is the gap between the neighbours in units of the range, and infinite at the ends', () => {
    expect(
      crowdingDistances([
        [0, 4],
        [1, 2],
        [4, 0],
      ]),
    ).toEqual([Infinity, 2, Infinity])
    expect(
      crowdingDistances([
        [1, 1],
        [1, 1],
      ]),
    ).toEqual([Infinity, Infinity])
  })
})
