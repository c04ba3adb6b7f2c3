import { describe, expect, it } from 'vitest'
import { decode, encodeSpace } from '../../../../src/optimizer/space/encode.ts'
import { enumerate } from '../../../../src/optimizer/space/enumerate.ts'
import { choice, float, int, space } from '../../../support/spaces.ts'

function all(...args: Parameters<typeof space>) {
  const encoded = encodeSpace(space(...args))
  const found: object[] = []
  const complete = enumerate(encoded, 1000, (point) => found.push(decode(encoded, point)))
  return { found, complete }
}

describe('enumerate', () => {
  it('visits each point of a conditional space once', () => {
    const { found, complete } = all([
      choice('k', 'a', 'b'),
      { ...int('n', 1, 2), when: { k: ['b'] } },
      { ...choice('m', true, false), when: { n: [2] } },
    ])
    expect(found).toEqual([
      { k: 'a' },
      { k: 'b', n: 1 },
      { k: 'b', n: 2, m: true },
      { k: 'b', n: 2, m: false },
    ])
    expect(complete).toBe(true)
  })

  it('keeps to constraints, those on conditional parameters included', () => {
    const { found } = all(
      [int('a', 1, 3), { ...int('b', 1, 3), when: { a: [2, 3] } }],
      ['a > b', 'a < 3 or b == 2'],
    )
    expect(found).toEqual([{ a: 1 }, { a: 2, b: 1 }, { a: 3, b: 2 }])
  })

  it('cuts off what cannot satisfy a constraint', () => {
    const digits = Array.from({ length: 8 }, (_, i) => int(`d${i}`, 0, 9))
    const { found, complete } = all(
      digits,
      digits.map(({ name }) => `${name} == 7`),
    )
    expect(found).toHaveLength(1)
    expect(complete).toBe(true)
  })

  it('says when it did not see everything', () => {
    expect(all([int('a', 1, 2000)]).complete).toBe(false)
    expect(all([float('x', 0, 1)]).complete).toBe(false)
  })
})
