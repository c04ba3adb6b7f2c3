import { describe, expect, it } from 'vitest'
import { Memo } from '../../../src/optimizer/memo.ts'

describe('Memo', () => {
  it('computes once for the same content, in whatever arrays it comes', () => {
    const memo = new Memo<number>(2)
    let computed = 0
    const recall = (...numbers: number[]) =>
      memo.recall([1, Float64Array.from(numbers)], () => {
        computed++
        return numbers[0]!
      })
    expect([recall(1, 2), recall(1, 2), recall(1), recall(1, 3)]).toEqual([1, 1, 1, 1])
    expect(computed).toBe(3)
  })

  it('forgets what was used longest ago', () => {
    const memo = new Memo<object>(2)
    const recall = (key: number) => memo.recall([key], () => ({}))
    const [first, second] = [recall(1), recall(2)]
    expect(recall(1)).toBe(first)
    recall(3)
    expect(recall(1)).toBe(first)
    expect(recall(2)).not.toBe(second)
  })

  it('takes no number for an array of it', () => {
    const memo = new Memo<object>(2)
    expect(memo.recall([1], () => ({}))).not.toBe(memo.recall([[1]], () => ({})))
  })
})
