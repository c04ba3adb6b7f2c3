import { ownValue } from '../../src/domain/own-value.ts'
import { columnNamed, type TrialColumn } from './columns.ts'
import { formatValue } from './format.ts'
import type { TrialRow, Value } from './types.ts'

type Test = (row: TrialRow) => boolean

export interface Filter {
  readonly test: Test
  /** Names that no column has: of the terms with them nothing comes. */
  readonly unknown: readonly string[]
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
}

// A name, an operator and a value, or a word alone; in quotes where there are spaces in it.
const PART = String.raw`"[^"]*"|[^\s<>=!"]+`
const TERM = new RegExp(String.raw`(${PART})\s*(<=|>=|!=|==?|<|>)\s*(${PART})|"[^"]*"|\S+`, 'g')

/** `completed learningRate < 0.01 optimizer = "adam w"`: all terms. A word alone is a state or part of a value. */
export function parseFilter(query: string, columns: readonly TrialColumn[]): Filter {
  const terms = [...query.matchAll(TERM)].map(([whole, name, operator, text]) => {
    if (name === undefined) return { test: contains(unquote(whole)) }
    const column = columnNamed(columns, unquote(name))
    if (!column) return { test: () => false, unknown: unquote(name) }
    return { test: compares(column, operator!, unquote(text!)) }
  })
  return {
    test: (row) => terms.every(({ test }) => test(row)),
    unknown: terms.flatMap(({ unknown }) => unknown ?? []),
  }
}

function unquote(text: string): string {
  return text.replace(/^"(.*)"$/, '$1')
}

function contains(word: string): Test {
  return (row) => textOf(row).includes(word.toLowerCase())
}

function textOf({ state, params, reason }: TrialRow): string {
  return [state, ...Object.values(params), reason].join(' ').toLowerCase()
}

function compares({ cell }: TrialColumn, operator: string, text: string): Test {
  // However a number was written.
  const isEqual = (value: Value | undefined) =>
    formatValue(value) === text || String(value) === text || value === Number(text)
  if (operator === '!=') return (row) => !isEqual(cell(row))
  const compare = ownValue(COMPARISONS, operator)
  if (!compare) return (row) => isEqual(cell(row))
  return (row) => {
    const value = cell(row)
    return typeof value === 'number' && compare(value, Number(text))
  }
}

/** By a column; what lacks it comes last, either way. */
export function sortTrials(
  rows: readonly TrialRow[],
  { cell }: TrialColumn,
  isDescending: boolean,
): readonly TrialRow[] {
  const sign = isDescending ? -1 : 1
  return [...rows].sort((a, b) => {
    const [x, y] = [cell(a), cell(b)]
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined)
    if (typeof x === 'number' && typeof y === 'number') return sign * (x - y)
    return sign * String(x).localeCompare(String(y))
  })
}
