import type { ServiceDeps } from '../../../services/deps.ts'
import { getStudy } from '../../../services/queries.ts'
import { waitForState } from '../../../services/wait-for-state.ts'
import type { App } from '../../app-type.ts'
import { ConditionalHeadersSchema, isUnchanged, notModified, tagAnswer } from '../../entity-tag.ts'
import { presentStudy } from '../../present.ts'
import { StudyQuerySchema } from '../../schemas/page.ts'
import { StudyPathSchema, studyIdFrom } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { StudySchema } from '../../schemas/study.ts'
import type { OpenStreams } from '../../streams/open-streams.ts'

export function getStudyRoute(app: App, deps: ServiceDeps, streams: OpenStreams): void {
  const schema = {
    operationId: 'getStudy',
    summary: 'Get a study, at once or when it has come to a state',
    tags: ['studies'],
    params: StudyPathSchema,
    querystring: StudyQuerySchema,
    headers: ConditionalHeadersSchema,
    response: {
      200: StudySchema,
      ...notModified,
      ...problems('malformed-request', 'study-not-found', 'storage-unavailable'),
    },
  }
  app.get('/v1/studies/:study', { schema }, async (request, reply) => {
    const id = studyIdFrom(request.params)
    const { waitFor: state, timeoutMs } = request.query
    if (state) await waitForState(deps, id, { state, timeoutMs, signal: streams.open(reply) })
    if (await isUnchanged(deps, id, 'study', request, reply)) return reply.code(304).send()
    const record = await getStudy(deps, id)
    tagAnswer(reply, 'study', record.revision)
    return presentStudy(record)
  })
}
