import type { ServiceDeps } from '../../../services/deps.ts'
import { listStudies } from '../../../services/queries.ts'
import type { App } from '../../app-type.ts'
import { presentPage, presentStudy } from '../../present.ts'
import { StudyListQuerySchema, StudyPageSchema } from '../../schemas/page.ts'
import { problems } from '../../schemas/problem.ts'
import { withoutUndefined } from '../../without-undefined.ts'

export function listStudiesRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'listStudies',
    summary: 'List studies, the newest first unless sorted otherwise',
    tags: ['studies'],
    querystring: StudyListQuerySchema,
    response: { 200: StudyPageSchema, ...problems('malformed-request', 'storage-unavailable') },
  }
  app.get('/v1/studies', { schema }, async (request) => {
    return presentPage(await listStudies(deps, withoutUndefined(request.query)), presentStudy)
  })
}
