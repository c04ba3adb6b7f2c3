import type { ServiceDeps } from '../../../services/deps.ts'
import { getStudy } from '../../../services/queries.ts'
import type { App } from '../../app-type.ts'
import { ConditionalHeadersSchema, isUnchanged, notModified, tagAnswer } from '../../entity-tag.ts'
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
    headers: ConditionalHeadersSchema,
    response: { 200: StudySchema, ...notModified, ...problems('study-not-found', 'storage-unavailable') },
  }
  app.get('/v1/studies/:study', { schema }, async (request, reply) => {
    const id = studyIdFrom(request.params)
    if (await isUnchanged(deps, id, 'study', request, reply)) return reply.code(304).send()
    const record = await getStudy(deps, id)
    tagAnswer(reply, 'study', record.revision)
    return presentStudy(record)
  })
}
