import { describe, expect, it } from 'vitest'
import { parseConstraint } from '../../../src/domain/constraint.ts'
import { ConstraintSyntaxError } from '../../../src/domain/constraint-tokens.ts'

const values = { a: 2, b: 3, c: -1, name: 'adam', flag: true }
const holds = (source: string, given: Record<string, number | string | boolean> = values) =>
  parseConstraint(source).violation(given) === 0

describe('parseConstraint', () => {
  it.each([
    // precedence and associativity
    ['a + b * 2 == 8', true],
    ['(a + b) * 2 == 10', true],
    ['10 - 4 - 3 == 3', true],
    ['12 / 3 / 2 == 2', true],
    ['2 ^ 3 ^ 2 == 512', true],
    ['-2 ^ 2 == -4', true],
    ['2 ^ -1 == 0.5', true],
    ['- - a == 2', true],
    ['a < b and b < a or a == 2', true],
    ['a == 2 or a < b and b < a', true],
    ['not a > b', true],
    ['not (a < b or b < a)', false],
    ['not a < b and b < a', false],
    ['not not a < b', true],
    // functions
    ['min(a, b, c) == -1 and max(a, b) == 3 and abs(c) == 1', true],
    ['sqrt(4) == 2 and floor(2.7) == 2 and ceil(2.1) == 3', true],
    ['log(exp(b)) == 3', true],
    // comparisons
    ['a <= 2 and a >= 2 and a == 2 and not a != 2 and not a < 2 and not a > 2', true],
    ['0.1 + 0.2 <= 0.3 and 0.1 + 0.2 == 0.3 and not 0.1 + 0.2 > 0.3', true],
    ['name == "adam" and name != \'sgd\'', true],
    ['flag', true],
    ['not flag', false],
    ['flag == true', true],
    ['1.5e3 == 1500 and .5 == 1/2', true],
    // expressions without a value satisfy nothing, nor do their opposites
    ['log(c) <= 1', false],
    ['not log(c) <= 1', false],
    ['1 / 0 <= 2', false],
    ['1 / 0 <= 1 / 0', true],
  ])('reads %s as %s', (source, expected) => {
    expect(holds(source)).toBe(expected)
  })

  it('counts as satisfied when it mentions an inactive parameter', () => {
    expect(holds('a > 100 and ghost > 1')).toBe(true)
    expect(holds('toString > 1')).toBe(true)
  })

  it('measures how far values are from satisfying it', () => {
    const measure = (source: string) => parseConstraint(source).violation(values)
    expect(measure('a >= 5')).toBe(3)
    expect(measure('a >= 5 and b >= 5')).toBe(5)
    expect(measure('a >= 5 or b >= 5')).toBe(2)
    expect(measure('not (a < 5 or b < 4)')).toBe(4)
    expect(measure('a == 7')).toBe(5)
    expect(measure('a > 2')).toBeGreaterThan(0)
    expect(measure('log(c) > 0')).toBe(Infinity)
  })

  it('lists the parameters it mentions once each', () => {
    expect(parseConstraint('a + max(a, b) < 3 and not flag').names).toEqual(['a', 'b', 'flag'])
  })

  it.each([
    ['', 'ends too early at character 1'],
    ['a <', 'ends too early at character 4'],
    ['a < b < c', 'write a < b and b < c at character 7'],
    ['a = b', 'unexpected = (write ==) at character 3'],
    ['a < b && b < c', 'unexpected && (write and) at character 7'],
    ['a ! b', 'write not'],
    ['a % 2 == 0', 'no remainder'],
    ['a ** 2 < 1', 'write ^'],
    ['a b', 'unexpected b at character 3'],
    ['(a < b', 'expected )'],
    ['max(a', 'expected )'],
    ['max() < 1', 'unexpected )'],
    ['abs(a, b) < 1', 'one argument'],
    ['eval(a) < 1', 'no function eval: there are min'],
    ['constructor(a) < 1', 'no function constructor'],
    ['name == "adam', 'quote is not closed at character 9'],
    ['a < ;', 'unexpected ;'],
    ['and < 1', 'unexpected and'],
    [`${'('.repeat(60)}a${')'.repeat(60)} < 1`, 'nested too deeply'],
    [`${'not '.repeat(60)}flag`, 'nested too deeply'],
    [`${'-'.repeat(60)}a < 1`, 'nested too deeply'],
    [`${'1 + '.repeat(200)}a < 1`, 'longer than 500 characters'],
  ])('refuses %s with the place and the remedy', (source, message) => {
    expect(() => parseConstraint(source)).toThrow(ConstraintSyntaxError)
    expect(() => parseConstraint(source)).toThrow(message)
  })
})
