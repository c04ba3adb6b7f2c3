import { ownValue } from '../../src/domain/own-value.ts'
import { formatValue } from './format.ts'
import type { TrialRow, Value } from './types.ts'

type Test = (row: TrialRow) => boolean

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
}

/** `completed learningRate<0.01 optimizer=adam`: trials that pass all terms. A word alone is a state or part of a value. */
export function filterTrials(rows: readonly TrialRow[], query: string): readonly TrialRow[] {
  const tests = query.trim().split(/\s+/).filter(Boolean).map(testOf)
  return tests.length === 0 ? rows : rows.filter((row) => tests.every((test) => test(row)))
}

function testOf(term: string): Test {
  const [, name, operator, text] = /^([^<>=]+)(<=|>=|<|>|=)(.+)$/.exec(term) ?? []
  if (name === undefined) return (row) => textOf(row).includes(term.toLowerCase())
  if (operator === '=')
    return (row) => formatValue(cellOf(row, name)) === text || String(cellOf(row, name)) === text
  return (row) => {
    const value = cellOf(row, name)
    return typeof value === 'number' && COMPARISONS[operator!]!(value, Number(text))
  }
}

function cellOf({ number, state, params, metrics }: TrialRow, name: string): Value | undefined {
  if (name === 'number') return number
  return name === 'state' ? state : (ownValue(params, name) ?? ownValue(metrics, name))
}

function textOf({ state, params }: TrialRow): string {
  return [state, ...Object.values(params)].join(' ').toLowerCase()
}

/** By a column; what lacks it comes last, either way. */
export function sortTrials(
  rows: readonly TrialRow[],
  column: string,
  isDescending: boolean,
): readonly TrialRow[] {
  const sign = isDescending ? -1 : 1
  return [...rows].sort((a, b) => {
    const [x, y] = [cellOf(a, column), cellOf(b, column)]
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined)
    if (typeof x === 'number' && typeof y === 'number') return sign * (x - y)
    return sign * String(x).localeCompare(String(y))
  })
}
