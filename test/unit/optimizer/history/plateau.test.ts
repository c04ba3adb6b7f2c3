import { describe, expect, it } from 'vitest'
import type { History } from '../../../../src/optimizer/history/history.ts'
import { withoutPlateau } from '../../../../src/optimizer/history/plateau.ts'

const objective = { name: 'value', goal: 'minimize' } as const
const historyOf = (values: (number | undefined)[], fields: Partial<History> = {}): History => ({
  observations: values.map((value, i) => ({ point: Float64Array.of(i), value })),
  pending: [],
  objectives: [objective],
  bounds: [],
  isNew: () => true,
  ...fields,
})
const seen = (history: History) => withoutPlateau(history).observations.map(({ value }) => value)

describe('a plateau', () => {
  it('counts as failures where nothing is better, and what differs stays', () => {
    expect(seen(historyOf([1, 1, 1]))).toEqual([undefined, undefined, undefined])
    expect(seen(historyOf([1, 2, undefined, 1, 3, 1]))).toEqual([
      undefined,
      2,
      undefined,
      undefined,
      3,
      undefined,
    ])
  })

  it('is none as soon as something is better, enough differs, or too few are the same', () => {
    for (const values of [
      [1, 1, 0.9, 1],
      [1, 2, 1, 3, 1, 2],
      [1, 1, 2],
      [undefined, undefined, undefined],
    ]) {
      const history = historyOf(values)
      expect(withoutPlateau(history)).toBe(history)
    }
  })

  it('is of the one objective: bounds and further objectives differ where it does not', () => {
    const bounded = historyOf([1, 1, 1], { bounds: [{ name: 'size', role: 'constraint', max: 1 }] })
    const several = historyOf([0, 0, 0], { objectives: [objective, { name: 'other', goal: 'maximize' }] })
    for (const history of [bounded, several]) expect(withoutPlateau(history)).toBe(history)
  })
})
