import type { DatasetColumn, DatasetDescription } from '../domain/dataset.ts'
import { featureCount, numberColumn } from '../domain/dataset.ts'
import type { Fault } from '../domain/errors.ts'
import type { ReadTable, UploadedTable } from '../services/ports/datasets.ts'
import { type Column, noNumber, notationFaults } from './column.ts'
import { CATEGORIES_MAX, NUMBERS_MAX, ROWS_MIN } from './limits.ts'
import { BadTable } from './parse-csv.ts'
import { inferTask, targetFaults, targetNames } from './targets.ts'

type Wanted = Pick<UploadedTable, 'name' | 'target' | 'task'>

/**
 * What the columns are, and their numbers. A column is of numbers where at least half of its cells are; otherwise of
 * texts, each a feature of its own.
 *
 * @throws BadTable
 */
export function inferDataset(table: readonly Column[], wanted: Wanted): ReadTable {
  const rows = table[0]!.rows
  if (rows < ROWS_MIN) {
    throw new BadTable([{ path: '', message: `there are ${rows} rows: at least ${ROWS_MIN} are needed` }])
  }
  const written = table.flatMap(notationFaults)
  if (written.length > 0) throw new BadTable(written)
  const names = table.map(({ name }) => name)
  const targets = targetNames(names, wanted.target).map((name) => table[names.indexOf(name)]!)
  const features = table.filter((column) => !targets.includes(column))
  const task = wanted.task ?? inferTask(targets)
  const faults = [...features.flatMap(featureFaults), ...targetFaults(targets, task)]
  if (faults.length > 0) throw new BadTable(faults)
  const columns = features.map(describe)
  const numbers = rows * featureCount(columns)
  if (numbers > NUMBERS_MAX) {
    const message = `${rows} rows and ${featureCount(columns)} features are ${numbers} numbers: at most ${NUMBERS_MAX} are taken`
    throw new BadTable([{ path: '', message }])
  }
  const classes = task === 'classification' ? sortedTexts(targets[0]!) : []
  const { name } = wanted
  const description: DatasetDescription = {
    name,
    title: name,
    task,
    rows,
    columns,
    targets: targets.map((target) => target.name),
    classes,
  }
  const values = [
    ...features.map((column, i) => valuesOf(column, columns[i]!.categories)),
    ...targets.map((target) => valuesOf(target, task === 'classification' ? classes : undefined)),
  ]
  return { description, content: concatenate(values, rows) }
}

function featureFaults(column: Column): Fault[] {
  const { name, firstText } = column
  if (!firstText) return []
  if (isNumeric(column)) return [noNumber(column)]
  if (column.different()) return []
  const message = `has more than ${CATEGORIES_MAX} different texts, too many to be a feature each: leave it out, or group them`
  return [{ path: name, message }]
}

function isNumeric({ numeric, rows }: Column): boolean {
  return 2 * numeric >= rows
}

function describe(column: Column): DatasetColumn {
  const { name, firstText, numbers } = column
  return firstText ? { name, categories: sortedTexts(column) } : numberColumn(name, numbers)
}

/** Numbers by size, then texts by their code units: the same in any locale. */
function sortedTexts(column: Column): string[] {
  const all = column.different()!
  const areNumbers = all.every((text) => Number.isFinite(Number(text)))
  return areNumbers ? all.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1)) : all.sort()
}

function valuesOf(column: Column, categories: readonly string[] | undefined): number[] {
  return categories ? column.placesIn(categories) : column.numbers
}

function concatenate(columns: readonly (readonly number[])[], rows: number): Uint8Array {
  const content = new Float64Array(rows * columns.length)
  for (const [i, column] of columns.entries()) content.set(column, i * rows)
  return new Uint8Array(content.buffer)
}
