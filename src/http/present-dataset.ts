import { featureCount } from '../domain/dataset.ts'
import type { KnownDataset } from '../services/datasets/find.ts'
import type { DatasetView } from './schemas/dataset.ts'

export function presentDataset(dataset: KnownDataset): DatasetView {
  const { name, title, task, rows, columns, targets, classes } = dataset
  return {
    name,
    title,
    source: 'digest' in dataset ? 'uploaded' : 'built-in',
    task,
    rows,
    columns: columns.map(({ categories, ...column }) => ({
      ...column,
      type: categories ? ('category' as const) : ('number' as const),
      ...(categories && { categories: [...categories] }),
    })),
    features: featureCount(columns),
    targets: [...targets],
    classes: [...classes],
    ...('digest' in dataset && { createdAt: dataset.createdAt, digest: dataset.digest }),
  }
}

/** Texts of thousands of columns can be megabytes, and nobody looks for them in a list. */
export function presentDatasetInList(dataset: KnownDataset): DatasetView {
  const { columns, ...view } = presentDataset(dataset)
  return { ...view, columns: columns.map(({ categories: _, ...column }) => column) }
}
