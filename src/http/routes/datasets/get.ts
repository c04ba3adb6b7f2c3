import { getDataset } from '../../../services/datasets/find.ts'
import type { ServiceDeps } from '../../../services/deps.ts'
import type { App } from '../../app-type.ts'
import { presentDataset } from '../../present-dataset.ts'
import { DatasetPathSchema, DatasetSchema } from '../../schemas/dataset.ts'
import { problems } from '../../schemas/problem.ts'

export function getDatasetRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'getDataset',
    summary: 'Get what a data set consists of',
    tags: ['datasets'],
    params: DatasetPathSchema,
    response: { 200: DatasetSchema, ...problems('dataset-not-found', 'storage-unavailable') },
  }
  app.get('/v1/datasets/:dataset', { schema }, async ({ params }) =>
    presentDataset(await getDataset(deps, params.dataset)),
  )
}
