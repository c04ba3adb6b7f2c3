import { describe, expect, it } from 'vitest'
import { dominates, hypervolume } from '../../../src/math/hypervolume.ts'
import { Random } from '../../../src/math/random.ts'

/** Inclusion and exclusion over all subsets: the definition, for small fronts. */
function byDefinition(points: readonly number[][], reference: readonly number[]): number {
  let total = 0
  for (let subset = 1; subset < 2 ** points.length; subset++) {
    const chosen = points.filter((_, i) => (subset >> i) & 1)
    const box = reference.reduce(
      (product, limit, k) => product * Math.max(0, limit - Math.max(...chosen.map((point) => point[k]!))),
      1,
    )
    total += chosen.length % 2 === 1 ? box : -box
  }
  return total
}

describe('hypervolume', () => {
  it('is the length, area or volume below the reference', () => {
    expect(hypervolume([[2], [3]], [5])).toBe(3)
    expect(
      hypervolume(
        [
          [1, 3],
          [2, 2],
          [3, 1],
        ],
        [4, 4],
      ),
    ).toBe(6)
    expect(hypervolume([[0, 0, 0]], [1, 2, 3])).toBe(6)
    expect(hypervolume([], [1, 1])).toBe(0)
  })

  it('takes nothing from dominated, doubled and useless points', () => {
    const front = [
      [1, 3],
      [3, 1],
    ]
    expect(hypervolume([...front, [3, 3], [1, 3], [0, 9]], [4, 4])).toBe(hypervolume(front, [4, 4]))
  })

  it.each([1, 2, 3, 4, 5])('agrees with inclusion and exclusion in %d dimensions', (dimensions) => {
    const random = Random.fromSeed(dimensions)
    for (let round = 0; round < 20; round++) {
      const points = Array.from({ length: 8 }, () =>
        Array.from({ length: dimensions }, () => random.uniform()),
      )
      const reference = points[0]!.map(() => 0.9)
      expect(hypervolume(points, reference)).toBeCloseTo(byDefinition(points, reference), 12)
    }
  })

  it('comes to the closed form on a dense front: a quarter disc', () => {
    const front = Array.from({ length: 2001 }, (_, i) => {
      const angle = (i / 2000) * (Math.PI / 2)
      return [1 - Math.cos(angle), 1 - Math.sin(angle)]
    })
    // What is dominated up to (1, 1) is the quarter disc around (1, 1).
    expect(hypervolume(front, [1, 1])).toBeCloseTo(Math.PI / 4, 2)
  })
})

describe('dominates', () => {
  it('is better somewhere and worse nowhere', () => {
    expect(dominates([1, 2], [1, 3])).toBe(true)
    expect(dominates([1, 2], [1, 2])).toBe(false)
    expect(dominates([1, 2], [2, 1])).toBe(false)
  })
})
