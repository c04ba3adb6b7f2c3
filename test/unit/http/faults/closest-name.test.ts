import { describe, expect, it } from 'vitest'
import { closestName } from '../../../../src/http/faults/closest-name.ts'

describe('closestName', () => {
  it('sees through case, a missing, a doubled and a swapped letter', () => {
    const names = ['learningRate', 'hiddenUnits', 'epochs']

    expect(closestName('learningrate', names)).toBe('learningRate')
    expect(closestName('hidenUnits', names)).toBe('hiddenUnits')
    expect(closestName('epochss', names)).toBe('epochs')
    expect(closestName('ephocs', names)).toBe('epochs')
  })

  it('prefers the nearest name', () => {
    expect(closestName('maxx', ['min', 'max'])).toBe('max')
  })

  it('says nothing when no name is near', () => {
    expect(closestName('dropout', ['learningRate', 'epochs'])).toBeUndefined()
    expect(closestName('anything', [])).toBeUndefined()
    expect(closestName('a'.repeat(1e6), ['learningRate', 'a'])).toBeUndefined()
  })
})
