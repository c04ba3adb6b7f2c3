import { Readable } from 'node:stream'
import { z } from 'zod'
import type { ServiceDeps } from '../../../services/deps.ts'
import { getStudy } from '../../../services/queries.ts'
import { isClosed, watchStudy } from '../../../services/studies/watch-study.ts'
import type { App } from '../../app-type.ts'
import { studyIdFrom } from '../../ids-from-path.ts'
import { EventsHeadersSchema, EventsQuerySchema, StudyEventSchema } from '../../schemas/event.ts'
import { StudyPathSchema } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { sendRaw } from '../../send-raw.ts'
import { eventStream } from '../../streams/event-stream.ts'
import type { OpenStreams } from '../../streams/open-streams.ts'

const DESCRIPTION = `Every event of the study from the beginning, or after the one you have, then each as it happens.
The \`data\` of a message is a \`StudyEvent\` in JSON, its \`id\` is \`<revision>-0\`. Send the last id as
\`Last-Event-ID\` to go on where you were, without a gap. After 15 s without news comes a comment.

The last message is of the kind \`end\`, with \`{"reason":"..."}\`: \`finished\` (the study is, and its winner tested),
\`deleted\`, \`unauthenticated\` (your token is revoked, or has expired), or \`shutdown\` (the service is restarting:
connect again). A connection that breaks without it also goes on by connecting again; one that takes nothing for 60 s is
cut. 204 says that the study is finished and you have it all.`

export function studyEventsRoute(app: App, deps: ServiceDeps, streams: OpenStreams): void {
  const schema = {
    operationId: 'watchStudy',
    summary: "Watch a study's events (server-sent events)",
    description: DESCRIPTION,
    tags: ['studies'],
    params: StudyPathSchema,
    querystring: EventsQuerySchema,
    headers: EventsHeadersSchema,
    response: {
      200: { description: 'The stream.', content: { 'text/event-stream': { schema: StudyEventSchema } } },
      204: z.undefined().describe('The study is finished, and you have all of its events.'),
      ...problems('malformed-request', 'study-not-found', 'storage-unavailable'),
    },
  }
  // A HEAD would have to read the stream to its end.
  app.get('/v1/studies/:study/events', { schema, exposeHeadRoute: false }, async (request, reply) => {
    const id = studyIdFrom(request.params)
    const after = Number.parseInt(request.headers['last-event-id'] || String(request.query.after), 10)
    const { study, revision } = await getStudy(deps, id)
    if (after >= revision && (await isClosed(deps, study))) return reply.code(204).send()
    const signal = streams.open(reply)
    streams.cutWhenStalled(reply)
    const { heartbeatMs } = streams
    const watched = watchStudy(deps, id, { after, quietMs: heartbeatMs, signal })
    const stream = eventStream(watched, signal, {
      isLetIn: () => request.isStillLetIn(),
      everyMs: heartbeatMs,
    })
    reply.header('cache-control', 'no-store')
    reply.header('x-accel-buffering', 'no') // or nginx keeps it all until the end
    return sendRaw(reply, 'text/event-stream', Readable.from(stream, { objectMode: false }))
  })
}
