import type { DatasetColumn } from '../../../domain/dataset.ts'
import { featureCount } from '../../../domain/dataset.ts'
import type { Fault } from '../../../domain/errors.ts'
import { faultsOfEach, listed, quoted } from '../../../domain/faults.ts'
import { ownValue } from '../../../domain/own-value.ts'
import type { RawRow } from '../../../services/ports/trainer.ts'

/**
 * Rows by the names of their columns as features: rows x features, row-major, not yet standardized.
 *
 * @param ignored a column that rows may have besides.
 */
export function encodeRows(
  columns: readonly DatasetColumn[],
  rows: readonly RawRow[],
  ignored?: string,
): Float64Array | { readonly faults: readonly Fault[] } {
  const faults = faultsOfEach(rows, (row, i) => rowFaults(columns, row, `rows[${i}]`, ignored))
  if (faults.length > 0) return { faults }
  const width = featureCount(columns)
  const features = new Float64Array(rows.length * width)
  rows.forEach((row, i) => {
    let at = i * width
    for (const { name, categories } of columns) {
      if (categories) features[at + placeOf(row[name]!, categories)] = 1
      else features[at] = row[name] as number
      at += categories?.length ?? 1
    }
  })
  return features
}

function rowFaults(
  columns: readonly DatasetColumn[],
  row: RawRow,
  path: string,
  ignored: string | undefined,
): Fault[] {
  const known = new Set(columns.map(({ name }) => name))
  const unknown = Object.keys(row).filter((name) => !known.has(name) && name !== ignored)
  return [
    ...columns.flatMap((column) => cellFault(column, row, path) ?? []),
    ...unknown.map((name) => ({
      path: `${path}.${name}`,
      message: `there is no such column; there are ${listed([...known])}`,
    })),
  ]
}

function cellFault({ name, categories }: DatasetColumn, row: RawRow, path: string): Fault | undefined {
  const at = `${path}.${name}`
  const value = ownValue(row, name)
  if (value === undefined) return { path: at, message: 'is missing' }
  if (!categories) {
    return typeof value === 'number'
      ? undefined
      : { path: at, message: `must be a number, not ${quoted(value)}` }
  }
  if (placeOf(value, categories) >= 0) return undefined
  return { path: at, message: `must be one of ${listed(categories)}, not ${quoted(value)}` }
}

/** Which of the texts a cell is, read as files are: without spaces around it. Whether flags were written True or TRUE there, JSON cannot say. */
function placeOf(cell: RawRow[string], categories: readonly string[]): number {
  const text = String(cell).trim()
  if (typeof cell !== 'boolean') return categories.indexOf(text)
  const places = categories.flatMap((category, i) => (category.toLowerCase() === text ? [i] : []))
  return places.length === 1 ? places[0]! : categories.indexOf(text)
}
