import { z } from 'zod'
import { deleteDataset } from '../../../services/datasets/delete.ts'
import type { ServiceDeps } from '../../../services/deps.ts'
import type { App } from '../../app-type.ts'
import { depsFor } from '../../deps-for.ts'
import { DatasetPathSchema } from '../../schemas/dataset.ts'
import { problems } from '../../schemas/problem.ts'

export function deleteDatasetRoute(app: App, deps: ServiceDeps): void {
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
