import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { type Dataset, numberColumns } from './dataset.ts'

/** Reads a CSV file with a header, numbers, and the target as its last column. */
export function readCsvDataset(path: string, about: Pick<Dataset, 'name' | 'title' | 'task'>): Dataset {
  const [header, ...rows] = parse(readFileSync(path), { skip_empty_lines: true })
  const featureNames = header!.slice(0, -1)
  const labels = rows.map((row) => row.at(-1)!)
  const classes = about.task === 'classification' ? [...new Set(labels)].sort() : []
  const targets = labels.map((label) => (classes.length > 0 ? classes.indexOf(label) : Number(label)))
  const features = Float64Array.from(rows.flatMap((row) => row.slice(0, -1).map(Number)))
  return {
    ...about,
    rows: rows.length,
    columns: numberColumns(featureNames, features),
    featureNames,
    features,
    targetNames: header!.slice(-1),
    targets: Float64Array.from(targets),
    classes,
  }
}
