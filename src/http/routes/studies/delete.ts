import { z } from 'zod'
import type { ServiceDeps } from '../../../services/deps.ts'
import { deleteStudy } from '../../../services/studies/delete-study.ts'
import type { App } from '../../app-type.ts'
import { depsFor } from '../../deps-for.ts'
import { studyIdFrom } from '../../ids-from-path.ts'
import { StudyPathSchema } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'

export function deleteStudyRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'deleteStudy',
    summary: 'Delete a study and all its trials',
    tags: ['studies'],
    params: StudyPathSchema,
    response: {
      204: z.undefined().describe('Deleted.'),
      ...problems('study-not-found', 'storage-unavailable'),
    },
  }
  app.delete('/v1/studies/:study', { schema }, async (request, reply) => {
    await deleteStudy(depsFor(deps, request), studyIdFrom(request.params))
    return reply.code(204).send()
  })
}
