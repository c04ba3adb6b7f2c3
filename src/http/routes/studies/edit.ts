import { z } from 'zod'
import { HoneError } from '../../../domain/errors.ts'
import type { ServiceDeps } from '../../../services/deps.ts'
import { editStudy } from '../../../services/edit-study.ts'
import type { App } from '../../app-type.ts'
import { depsFor } from '../../deps-for.ts'
import { revisionOf, tagAnswer } from '../../entity-tag.ts'
import { presentStudy } from '../../present.ts'
import { StudyPathSchema, studyIdFrom } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { StudySchema } from '../../schemas/study.ts'
import { StudyEditSchema } from '../../schemas/study-request.ts'
import { withoutUndefined } from '../../without-undefined.ts'

const HeadersSchema = z.looseObject({
  'if-match': z
    .string()
    .optional()
    .describe('`ETag` of the study that you mean to change; when it has changed since, nothing is done.'),
})

const DESCRIPTION = `What is left out stays. A larger \`limits.trials\` or \`limits.parallel\` is used at once. Of a changed
\`searchSpace\` all trials stay points, and what they taught stays known: one that lacks an added parameter counts as
having had its \`default\`, everywhere. What earlier trials would not fit is refused, with the reason; in a study without
trials anything may change. A study that has ended stays so: import its trials into another one to go on from them.`

export function editStudyRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'editStudy',
    summary: 'Rename a study or change its tags; while it runs, change its limits and its search space',
    description: DESCRIPTION,
    tags: ['studies'],
    params: StudyPathSchema,
    headers: HeadersSchema,
    body: StudyEditSchema,
    response: {
      200: StudySchema,
      ...problems(
        'malformed-request',
        'study-not-found',
        'illegal-move',
        'limit-too-low',
        'precondition-failed',
        'body-too-large',
        'unsupported-media-type',
        'invalid-request',
        'invalid-study',
        'incompatible-search-space',
        'storage-unavailable',
      ),
    },
  }
  const config = { invalidBody: 'invalid-request' } as const
  app.patch('/v1/studies/:study', { schema, config }, async (request, reply) => {
    const id = studyIdFrom(request.params)
    const { limits, ...named } = withoutUndefined(request.body)
    const edit = { ...named, ...(limits && { limits: withoutUndefined(limits) }) }
    const record = await editStudy(
      depsFor(deps, request),
      id,
      edit,
      wantedRevision(request.headers['if-match']),
    )
    tagAnswer(reply, 'study', record.revision)
    return presentStudy(record)
  })
}

function wantedRevision(tag: string | undefined): number | undefined {
  if (tag === undefined || tag.trim() === '*') return undefined
  const revision = revisionOf('study', tag)
  if (revision !== undefined) return revision
  throw new HoneError(
    'precondition-failed',
    'If-Match names no version of a study: send the ETag of a GET of it.',
  )
}
