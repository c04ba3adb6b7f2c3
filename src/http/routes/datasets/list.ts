import { listDatasets } from '../../../services/datasets/find.ts'
import type { ServiceDeps } from '../../../services/deps.ts'
import type { App } from '../../app-type.ts'
import { presentDatasetInList } from '../../present-dataset.ts'
import { DatasetListSchema } from '../../schemas/dataset.ts'
import { problems } from '../../schemas/problem.ts'

export function listDatasetsRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'listDatasets',
    summary: 'List data sets: the built-in ones, then those that were uploaded',
    description: 'Without the `categories` of their columns, which each has for itself.',
    tags: ['datasets'],
    response: { 200: DatasetListSchema, ...problems('storage-unavailable') },
  }
  app.get('/v1/datasets', { schema }, async () => ({
    items: (await listDatasets(deps)).map(presentDatasetInList),
  }))
}
