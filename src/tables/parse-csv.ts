import { isUtf8 } from 'node:buffer'
import { CsvError, type InfoRecord, parse } from 'csv-parse/sync'
import { FAULTS_MAX, type Fault } from '../domain/errors.ts'
import { listed } from '../domain/faults.ts'
import { Column, tooLong } from './column.ts'
import { CATEGORIES_MAX, CLASSES_MAX, COLUMNS_MAX, LETTERS_MAX } from './limits.ts'
import { targetNames } from './targets.ts'

const DELIMITERS = [',', ';', '\t'] as const

/** Faults of a file, the first of them told one by one. */
export class BadTable extends Error {
  readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    super('The table is bad.')
    this.faults = faults.slice(0, FAULTS_MAX)
  }
}

/** RFC 4180 with a header; comma, semicolon or tab, whichever the header has most of. @throws BadTable */
export function parseCsv(bytes: Uint8Array, target: string | undefined): Column[] {
  // UTF-16 of plain letters is UTF-8 too, with a zero after each.
  if (!isUtf8(bytes) || bytes.includes(0)) {
    throw new BadTable([{ path: '', message: 'the file is not UTF-8: save it as UTF-8' }])
  }
  const columns: Column[] = []
  const faults: Fault[] = []
  let lastLine = 0
  const onRecord = (record: string[], { lines }: InfoRecord) => {
    lastLine = lines
    if (columns.length === 0) columns.push(...columnsOf(record, target))
    else faults.push(...addRow(columns, record, lines))
    if (faults.length >= FAULTS_MAX) throw new BadTable(faults)
    return null
  }
  try {
    const delimiter = delimiterOf(bytes)
    // A row of another length gets words of our own.
    parse(bytes, {
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true,
      delimiter,
      on_record: onRecord,
    })
  } catch (error) {
    throw error instanceof CsvError ? new BadTable([...faults, csvFault(error, lastLine)]) : error
  }
  if (columns.length === 0)
    throw new BadTable([{ path: '', message: 'the file is empty: it needs a header' }])
  if (faults.length > 0) throw new BadTable(faults)
  return columns
}

function delimiterOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 65_536)).toString('utf8')
  const header = text.replace(/"[^"]*"/g, '').split('\n', 1)[0]!
  const count = (delimiter: string) => header.split(delimiter).length
  return DELIMITERS.reduce((best, one) => (count(one) > count(best) ? one : best))
}

function columnsOf(header: readonly string[], target: string | undefined): Column[] {
  const names = header.map((name) => name.trim())
  const predicted = targetNames(names, target)
  // Nothing else is looked at: names are held one against the other.
  const features = names.length - predicted.length
  if (features > COLUMNS_MAX) {
    const message = `has ${features} columns to predict from: at most ${COLUMNS_MAX}`
    throw new BadTable([{ path: 'line 1', message }])
  }
  const faults = [...headerFaults(names), ...checkTargets(names, predicted)]
  if (faults.length > 0) throw new BadTable(faults)
  return names.map((name) => new Column(name, predicted.includes(name) ? CLASSES_MAX : CATEGORIES_MAX))
}

function* checkTargets(names: readonly string[], predicted: readonly string[]): Generator<Fault> {
  const path = 'target'
  for (const name of predicted) {
    if (!names.includes(name))
      yield { path, message: `there is no column ${name}; there are ${listed(names)}` }
  }
  const features = names.length - predicted.length
  if (predicted.length > 1 && features < 1)
    yield { path, message: 'all columns are to be predicted: one or more must be left to predict from' }
}

function* headerFaults(names: readonly string[]): Generator<Fault> {
  const path = 'line 1'
  if (names.every((name) => name !== '' && Number.isFinite(Number(name)))) {
    yield { path, message: 'there is no header: the first line must have the names of the columns' }
  }
  if (names.length < 2) yield { path, message: 'needs two columns or more, one of them to predict' }
  for (const [i, name] of names.entries()) {
    if (name === '') yield { path, message: `column ${i + 1} has no name` }
    else if (name.length > LETTERS_MAX) yield tooLong(path, name)
    else if (name === '__proto__')
      yield { path, message: 'no column can be called __proto__, which rows of JSON may not have: rename it' }
    else if (names.indexOf(name) !== i) yield { path, message: `two columns are called ${name}` }
  }
}

function addRow(columns: readonly Column[], record: readonly string[], line: number): Fault[] {
  if (record.length === columns.length) {
    return record.flatMap((cell, i) => columns[i]!.add(cell, line) ?? [])
  }
  const cells = record.length === 1 ? '1 cell' : `${record.length} cells`
  return [{ path: `line ${line}`, message: `has ${cells} where the header has ${columns.length}` }]
}

function csvFault({ code, lines, message }: CsvError & { lines?: number }, lastLine: number): Fault {
  // The parser names the line where it gave up, the last of the file.
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return { path: `line ${lastLine + 1}`, message: 'has a quote that is never closed' }
  if (lines === undefined) return { path: '', message: `the file is no CSV: ${message}` }
  return { path: `line ${lines}`, message: `is no CSV: ${message}` }
}
