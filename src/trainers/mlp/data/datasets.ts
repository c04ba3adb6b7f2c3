import type { DatasetDescription } from '../../../domain/dataset.ts'
import { packagePath } from '../../../package-path.ts'
import type { BuiltInDatasets } from '../../../services/ports/datasets.ts'
import { readCsvDataset } from './csv-dataset.ts'
import type { Dataset } from './dataset.ts'
import { discs, robotArm, spirals, twoMoons, xor } from './generated-datasets.ts'

const csv = (name: string, task: Dataset['task'], title: string) => () =>
  readCsvDataset(packagePath('datasets', `${name}.csv`), { name, title, task })

/** The built-in data sets; sources and licences are in datasets/README.md. */
const SOURCES: Readonly<Record<string, () => Dataset>> = {
  iris: csv('iris', 'classification', 'Iris flowers, three species'),
  wine: csv('wine', 'classification', 'Italian wines, three cultivars'),
  'breast-cancer': csv('breast-cancer', 'classification', 'Breast tumours, malignant or benign'),
  digits: csv('digits', 'classification', 'Handwritten digits, 8 x 8 pixels'),
  diabetes: csv('diabetes', 'regression', 'Progression of diabetes after one year'),
  xor,
  'two-moons': twoMoons,
  spirals,
  'robot-arm': robotArm,
  discs,
}

export const DATASET_NAMES: readonly string[] = Object.keys(SOURCES)

const loaded = new Map<string, Dataset>()

/** Undefined for a name that is not in DATASET_NAMES. Read once a process. */
export function findDataset(name: string): Dataset | undefined {
  if (!Object.hasOwn(SOURCES, name)) return undefined
  const dataset = loaded.get(name) ?? SOURCES[name]!()
  loaded.set(name, dataset)
  return dataset
}

export const builtInDatasets: BuiltInDatasets = {
  list: () => DATASET_NAMES.map((name) => describe(findDataset(name)!)),
  find: (name) => {
    const dataset = findDataset(name)
    return dataset && describe(dataset)
  },
}

function describe({ name, title, task, rows, columns, targetNames, classes }: Dataset): DatasetDescription {
  return { name, title, task, rows, columns, targets: targetNames, classes }
}
