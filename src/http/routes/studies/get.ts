import type { preHandlerAsyncHookHandler } from 'fastify'
import type { z } from 'zod'
import type { ServiceDeps } from '../../../services/deps.ts'
import { getStudy } from '../../../services/queries.ts'
import { waitForState } from '../../../services/studies/wait-for-state.ts'
import type { App } from '../../app-type.ts'
import { answerUnchanged, ConditionalHeadersSchema, notModified, tagAnswer } from '../../entity-tag.ts'
import { studyIdFrom } from '../../ids-from-path.ts'
import { presentStudy } from '../../present.ts'
import { StudyQuerySchema } from '../../schemas/page.ts'
import { StudyPathSchema } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { StudySchema } from '../../schemas/study.ts'
import type { OpenStreams } from '../../streams/open-streams.ts'

type StudyQuery = z.infer<typeof StudyQuerySchema>

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
  const wait: preHandlerAsyncHookHandler = async (request, reply) => {
    const { waitFor: state, timeoutMs } = request.query as StudyQuery
    if (!state) return
    const id = studyIdFrom(request.params as { study: string })
    await waitForState(deps, id, { state, timeoutMs, signal: streams.open(reply) })
  }
  const unlessUnchanged = answerUnchanged(deps, 'study')
  app.get('/v1/studies/:study', { schema, preHandler: [wait, unlessUnchanged] }, async (request, reply) => {
    const record = await getStudy(deps, studyIdFrom(request.params))
    tagAnswer(reply, 'study', record.revision)
    return presentStudy(record)
  })
}
