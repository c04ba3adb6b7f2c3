import { z } from 'zod'
import { deleteDataset } from '../../../services/datasets/delete.ts'
import { getDataset, listDatasets } from '../../../services/datasets/find.ts'
import type { ServiceDeps } from '../../../services/deps.ts'
import type { App } from '../../app-type.ts'
import { depsFor } from '../../deps-for.ts'
import { presentDataset } from '../../present-dataset.ts'
import { DatasetListSchema, DatasetPathSchema, DatasetSchema } from '../../schemas/dataset.ts'
import { problems } from '../../schemas/problem.ts'
import { createDatasetRoute } from './create.ts'

export async function datasetRoutes(app: App, deps: ServiceDeps): Promise<void> {
  listDatasetsRoute(app, deps)
  getDatasetRoute(app, deps)
  deleteDatasetRoute(app, deps)
  // Its bodies are files, and those of no other route.
  await app.register(async (scope) => createDatasetRoute(scope, deps))
}

function listDatasetsRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'listDatasets',
    summary: 'List data sets: the built-in ones, then those that were uploaded',
    tags: ['datasets'],
    response: { 200: DatasetListSchema, ...problems('storage-unavailable') },
  }
  app.get('/v1/datasets', { schema }, async () => ({ items: (await listDatasets(deps)).map(presentDataset) }))
}

function getDatasetRoute(app: App, deps: ServiceDeps): void {
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

function deleteDatasetRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'deleteDataset',
    summary: 'Delete an uploaded data set that no study needs any more',
    tags: ['datasets'],
    params: DatasetPathSchema,
    response: {
      204: z.undefined().describe('Deleted.'),
      ...problems('dataset-not-found', 'dataset-in-use', 'storage-unavailable'),
    },
  }
  app.delete('/v1/datasets/:dataset', { schema }, async (request, reply) => {
    await deleteDataset(depsFor(deps, request), request.params.dataset)
    return reply.code(204).send()
  })
}
