import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkSearchSpace } from '../../src/domain/check-search-space.ts'
import { parseConstraint } from '../../src/domain/constraint.ts'
import { ConstraintSyntaxError } from '../../src/domain/constraint-tokens.ts'
import { checkParams } from '../../src/domain/search-space.ts'
import { decode, encode, encodeSpace, fromUnitCube } from '../../src/optimizer/space/encode.ts'
import { someSpace } from '../support/some-space.ts'

const unitCube = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 })

describe('a search space', () => {
  it('without faults has no point of the unit cube outside it', () => {
    fc.assert(
      fc.property(someSpace, unitCube, (space, unit) => {
        expect(checkSearchSpace(space)).toEqual([])
        const encoded = encodeSpace(space)
        expect(checkParams(space, decode(encoded, fromUnitCube(encoded, unit)))).toEqual([])
      }),
    )
  })

  it('gets back the values that were encoded, discrete ones to the bit', () => {
    fc.assert(
      fc.property(someSpace, unitCube, (space, unit) => {
        const encoded = encodeSpace(space)
        const values = decode(encoded, fromUnitCube(encoded, unit))
        const again = decode(encoded, encode(encoded, values))
        expect(Object.keys(again)).toEqual(Object.keys(values))
        encoded.dimensions.forEach(({ name, kind, levelOf }) => {
          if (!(name in values)) return
          if (kind === 'continuous') expect(levelOf(again[name]!)).toBeCloseTo(levelOf(values[name]!), 9)
          else expect(again[name]).toBe(values[name])
        })
      }),
    )
  })
})

describe('the constraint language', () => {
  it('answers any text with a constraint or a syntax error', () => {
    const word = fc.constantFrom(
      'a',
      'b',
      '1',
      '<',
      '==',
      '+',
      '-',
      '^',
      '(',
      ')',
      'not',
      'and',
      'max',
      ',',
      '"t"',
      ' ',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join(' ')),
        ),
        (source) => {
          try {
            expect(parseConstraint(source).violation({ a: 1, b: 2 })).toBeGreaterThanOrEqual(0)
          } catch (error) {
            expect(error).toBeInstanceOf(ConstraintSyntaxError)
          }
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('never finds a constraint and its opposite both satisfied', () => {
    const operator = fc.constantFrom('<', '<=', '>', '>=', '==', '!=')
    fc.assert(
      fc.property(
        fc.integer({ min: -3, max: 3 }),
        fc.integer({ min: -3, max: 3 }),
        operator,
        operator,
        (a, b, p, q) => {
          const source = `a ${p} b and (a ${q} 1 or b ${p} 0)`
          const holds = (text: string) => parseConstraint(text).violation({ a, b }) === 0
          expect(holds(source)).toBe(!holds(`not (${source})`))
        },
      ),
    )
  })
})
