import { describe, expect, it } from 'vitest'
import { FAULTS_MAX, HoneError } from '../../../src/domain/errors.ts'
import { andMore, faultsOfEach, listed, quoted } from '../../../src/domain/faults.ts'

const many = (count: number) => Array.from({ length: count }, (_, i) => ({ path: `${i}`, message: 'is bad' }))

describe('faults', () => {
  it('are told up to twenty, the others counted or said to be there', () => {
    expect(new HoneError('invalid-study', 'Bad.', { faults: many(1000) }).faults).toEqual(many(FAULTS_MAX))
    expect(andMore(many(1))).toBe('')
    expect(andMore(many(3))).toBe(' (and 2 more)')
    expect(andMore(many(FAULTS_MAX))).toBe(' (and at least 19 more)')
  })

  it('are looked for no longer than that', () => {
    const looked: number[] = []
    const faults = faultsOfEach([0, 1, 2, 3], (item) => {
      looked.push(item)
      return many(15)
    })

    expect(looked).toEqual([0, 1])
    expect(faults).toHaveLength(FAULTS_MAX)
  })

  it('list twenty values, and of a long text its beginning', () => {
    const names = Array.from({ length: 1000 }, (_, i) => `${i}`)

    expect(listed(['a', 'b'])).toBe('a, b')
    expect(listed(names)).toMatch(/^0, 1, .*, 19 and 980 more$/)
    expect(quoted('x'.repeat(1e6))).toBe(`"${'x'.repeat(40)}…"`)
  })
})
