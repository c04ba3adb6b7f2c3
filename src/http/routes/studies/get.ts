import type { ServiceDeps } from '../../../services/deps.ts'
import { getStudy } from '../../../services/queries.ts'
import type { App } from '../../app-type.ts'
import { presentStudy } from '../../present.ts'
import { StudyPathSchema, studyIdFrom } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { StudySchema } from '../../schemas/study.ts'

export function getStudyRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'getStudy',
    summary: 'Get a study',
    tags: ['studies'],
    params: StudyPathSchema,
    response: { 200: StudySchema, ...problems('study-not-found', 'storage-unavailable') },
  }
  app.get('/v1/studies/:study', { schema }, async (request) => {
    return presentStudy(await getStudy(deps, studyIdFrom(request.params)))
  })
}
