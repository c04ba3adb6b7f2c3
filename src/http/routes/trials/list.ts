import type { ServiceDeps } from '../../../services/deps.ts'
import { getStudy, listTrials } from '../../../services/queries.ts'
import type { App } from '../../app-type.ts'
import { presentPage, presentTrial } from '../../present.ts'
import { TrialListQuerySchema, TrialPageSchema } from '../../schemas/page.ts'
import { StudyPathSchema, studyIdFrom } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { withoutUndefined } from '../../without-undefined.ts'

export function listTrialsRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'listTrials',
    summary: 'List trials by number, without their curves',
    tags: ['trials'],
    params: StudyPathSchema,
    querystring: TrialListQuerySchema,
    response: {
      200: TrialPageSchema,
      ...problems('malformed-request', 'study-not-found', 'storage-unavailable'),
    },
  }
  app.get('/v1/studies/:study/trials', { schema }, async (request) => {
    const id = studyIdFrom(request.params)
    const { cursor, ...query } = request.query
    // A page's cursor is the last number it looked at, so it takes over from the `after` of the first page.
    const after = cursor === undefined ? query.after : Number(cursor)
    const { study } = await getStudy(deps, id)
    const page = await listTrials(deps, id, withoutUndefined({ ...query, after }))
    return presentPage(page, (trial) => presentTrial(id, study.definition.seed, trial))
  })
}
