import { type DatasetDescription, featureNames } from '../../../domain/dataset.ts'
import type { DatasetRecord, DatasetStore } from '../../../services/ports/datasets.ts'
import { TrainingFailed } from '../../../services/ports/trainer.ts'
import type { Dataset, DatasetShape } from './dataset.ts'
import { findDataset } from './datasets.ts'
import { decodeFeatures, decodeTargets } from './decode-dataset.ts'

/** Built-in data sets and uploaded ones, by name. */
export interface DatasetLibrary {
  /** Of one that studies may begin with. */
  describe(name: string): Promise<DatasetShape | undefined>
  /** @throws TrainingFailed when it was deleted */
  load(name: string): Promise<Dataset>
}

export type UploadedDatasets = Pick<DatasetStore, 'find' | 'content' | 'isClosed'>

// A worker has a few studies at a time; the largest data set is 80 MB.
const LOADED_MAX = 8

/** @param uploaded where they are looked for; without it there are none. */
export function createDatasetLibrary(uploaded?: UploadedDatasets): DatasetLibrary {
  const loaded = new Map<string, Promise<Dataset>>()

  /** Two trials that begin together read it once. */
  async function loadUploaded(store: UploadedDatasets, name: string): Promise<Dataset> {
    const record = await store.find(name)
    if (!record) throw new TrainingFailed(`The data set ${name} was deleted.`)
    const dataset = loaded.get(record.digest) ?? read(store, record)
    loaded.delete(record.digest)
    loaded.set(record.digest, dataset)
    if (loaded.size > LOADED_MAX) loaded.delete(loaded.keys().next().value!)
    dataset.catch(() => loaded.delete(record.digest))
    return dataset
  }

  return {
    async describe(name) {
      const builtIn = findDataset(name)
      if (builtIn || !uploaded) return builtIn
      const [record, isClosed] = await Promise.all([uploaded.find(name), uploaded.isClosed(name)])
      return record && !isClosed ? shapeOf(record) : undefined
    },
    async load(name) {
      const builtIn = findDataset(name)
      if (builtIn) return builtIn
      if (!uploaded) throw new TrainingFailed(`There is no data set ${name}.`)
      return loadUploaded(uploaded, name)
    },
  }
}

async function read(store: UploadedDatasets, record: DatasetRecord): Promise<Dataset> {
  const content = await store.content(record.name)
  return {
    ...shapeOf(record),
    digest: record.digest,
    features: decodeFeatures(record, content),
    targets: decodeTargets(record, content),
  }
}

function shapeOf({ name, title, task, rows, columns, targets, classes }: DatasetDescription): DatasetShape {
  return {
    name,
    title,
    task,
    rows,
    columns,
    featureNames: featureNames(columns),
    targetNames: targets,
    classes,
  }
}
