import { describe, expect, it } from 'vitest'
import { philox, Random } from '../../../src/math/random.ts'

const hex = (words: Uint32Array) => [...words].map((word) => word.toString(16).padStart(8, '0')).join(' ')

describe('philox', () => {
  // Known answers of Random123 1.09 (kat_vectors, philox4x32-10).
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      '408f276d 41c83b0e a20bc7c6 6d5451fd',
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    ],
  ] as const)('encrypts counter %j with key %j as its authors did', (counter, [key0, key1], expected) => {
    expect(hex(philox(counter, key0, key1))).toBe(expected)
  })
})

describe('Random', () => {
  it('repeats itself for the same seed and path', () => {
    const draw = () =>
      Array.from(
        { length: 9 },
        (
          (random) => () =>
            random.uniform()
        )(Random.fromSeed(7).fork('a', 3)),
      )
    expect(draw()).toEqual(draw())
  })

  it('gives streams of other names other numbers', () => {
    const root = Random.fromSeed(7)
    const streams = [
      root,
      root.fork('a'),
      root.fork('b'),
      root.fork(0),
      root.fork(1),
      root.fork('a', 'b'),
      root.fork('0'),
    ]
    const wide = [Random.fromSeed(7 + 2 ** 32), root.fork(2 ** 40)]
    const first = [...streams, ...wide].map((random) => random.bits32())
    expect(new Set(first).size).toBe(first.length)
  })

  it('forks by name alone, whatever was drawn before', () => {
    const drawn = Random.fromSeed(1)
    drawn.normal()
    expect(drawn.fork('x').bits32()).toBe(Random.fromSeed(1).fork('x').bits32())
  })

  it('refuses a stream named by a fraction', () => {
    expect(() => Random.fromSeed(1).fork(0.5)).toThrow('0.5')
  })

  it('draws uniform and normal numbers with the right moments', () => {
    const random = Random.fromSeed(5)
    const count = 20_000
    const uniforms = Array.from({ length: count }, () => random.uniform())
    const normals = Array.from({ length: count }, () => random.normal())
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / count
    // The seed is fixed, so this cannot fail by chance; the bounds are 5 standard errors.
    expect(Math.abs(mean(uniforms) - 0.5)).toBeLessThan((5 * Math.sqrt(1 / 12)) / Math.sqrt(count))
    expect(Math.abs(mean(normals))).toBeLessThan(5 / Math.sqrt(count))
    expect(Math.abs(mean(normals.map((z) => z * z)) - 1)).toBeLessThan((5 * Math.SQRT2) / Math.sqrt(count))
    expect(Math.min(...uniforms) >= 0 && Math.max(...uniforms) < 1).toBe(true)
  })

  it('shuffles a copy and picks members', () => {
    const items = [1, 2, 3, 4, 5]
    const shuffled = Random.fromSeed(2).shuffle(items)
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items)
    expect(items).toEqual([1, 2, 3, 4, 5])
    expect(items).toContain(Random.fromSeed(2).pick(items))
    expect(() => Random.fromSeed(2).pick([])).toThrow('at least one')
  })
})
