import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Random } from '../../../src/math/random.ts'
import { MAX_SOBOL_DIMENSIONS, SobolSequence } from '../../../src/math/sobol.ts'

// Recorded by scripts/golden/sobol.py from scipy.stats.qmc.Sobol.
const golden = JSON.parse(readFileSync(new URL('../../golden/sobol.json', import.meta.url), 'utf8'))
const fractions = (bits: Uint32Array) => Array.from(bits, (word) => word / 2 ** 32)

describe('SobolSequence', () => {
  it('begins with the published points', () => {
    const sequence = SobolSequence.plain(5)
    const points = Array.from({ length: 8 }, (_, index) => fractions(sequence.bits(index)))
    expect(points).toEqual(golden.firstEightInFive)
  })

  it('agrees with SciPy in every dimension', () => {
    expect(fractions(SobolSequence.plain(MAX_SOBOL_DIMENSIONS).bits(63))).toEqual(golden.point63)
  })

  it('gives its first points together, to the bit as one by one', () => {
    const sequence = SobolSequence.scrambled(7, Random.fromSeed(3))
    const each = Array.from({ length: 300 }, (_, index) => sequence.point(index))

    expect(sequence.first(300)).toEqual(each)
    expect(sequence.first(0)).toEqual([])
  })

  it('keeps one point in each elementary interval when scrambled', () => {
    const sequence = SobolSequence.scrambled(2, Random.fromSeed(3))
    const points = Array.from({ length: 64 }, (_, index) => sequence.point(index))
    for (let columns = 1; columns <= 64; columns *= 2) {
      const rows = 64 / columns
      const cells = points.map(([x, y]) => Math.floor(x! * columns) * rows + Math.floor(y! * rows))
      expect(new Set(cells).size).toBe(64)
    }
  })

  it('has no point on the border and another scramble for another stream', () => {
    const point = (seed: number) => SobolSequence.scrambled(9, Random.fromSeed(seed)).point(0)
    expect(point(1).every((u) => u > 0 && u < 1)).toBe(true)
    expect(point(1)).not.toEqual(point(2))
    expect(point(1)).toEqual(point(1))
  })

  it('says how many dimensions there are at most', () => {
    expect(() => SobolSequence.plain(257)).toThrow('at most 256')
  })
})
