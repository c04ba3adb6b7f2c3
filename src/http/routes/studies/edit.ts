import { z } from 'zod'
import { HoneError } from '../../../domain/errors.ts'
import type { StudyId } from '../../../domain/ids.ts'
import type { ServiceDeps } from '../../../services/deps.ts'
import { studyRevision } from '../../../services/queries.ts'
import { editStudy } from '../../../services/studies/edit-study.ts'
import type { App } from '../../app-type.ts'
import { depsFor } from '../../deps-for.ts'
import { revisionsOf, tagAnswer } from '../../entity-tag.ts'
import { studyIdFrom } from '../../ids-from-path.ts'
import { presentStudy } from '../../present.ts'
import { StudyPathSchema } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { StudySchema } from '../../schemas/study.ts'
import { StudyEditSchema } from '../../schemas/study-request.ts'
import { withoutUndefined } from '../../without-undefined.ts'

const HeadersSchema = z.looseObject({
  'if-match': z
    .string()
    .optional()
    .describe(
      '`ETag` of the study that you mean to change, or several; when it has changed since, nothing is done.',
    ),
})

const DESCRIPTION = `What is left out stays, and where nothing changes nothing happens. A larger \`limits.trials\` or \`limits.parallel\` is used at once. Of a changed
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
    const wanted = await wantedRevision(deps, id, request.headers['if-match'])
    const record = await editStudy(depsFor(deps, request), id, edit, wanted)
    tagAnswer(reply, 'study', record.revision)
    return presentStudy(record)
  })
}

/** Of several that are named the present one, if it is among them. */
async function wantedRevision(
  deps: ServiceDeps,
  id: StudyId,
  tags: string | undefined,
): Promise<number | undefined> {
  if (tags === undefined || tags.trim() === '*') return undefined
  const named = revisionsOf('study', tags)
  if (named.length === 1) return named[0]
  const present = await studyRevision(deps, id)
  if (named.includes(present)) return present
  throw new HoneError(
    'precondition-failed',
    'If-Match does not name the present version of the study: send the ETag of a GET of it.',
  )
}
