import { HoneError } from '../../../domain/errors.ts'
import type { ServiceDeps } from '../../../services/deps.ts'
import { getStudy, listTrials } from '../../../services/queries.ts'
import { sortTrials } from '../../../services/trials/sort-trials.ts'
import type { App } from '../../app-type.ts'
import { studyIdFrom } from '../../ids-from-path.ts'
import { presentPage, presentTrial } from '../../present.ts'
import { TrialListQuerySchema, TrialPageSchema } from '../../schemas/page.ts'
import { StudyPathSchema } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { type TrialView, trialFields } from '../../schemas/trial.ts'
import { withoutUndefined } from '../../without-undefined.ts'

export function listTrialsRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'listTrials',
    summary: 'List trials, by number unless sorted otherwise, without their curves',
    tags: ['trials'],
    params: StudyPathSchema,
    querystring: TrialListQuerySchema,
    response: {
      200: TrialPageSchema,
      ...problems('malformed-request', 'study-not-found', 'invalid-request', 'storage-unavailable'),
    },
  }
  app.get('/v1/studies/:study/trials', { schema }, async (request) => {
    const id = studyIdFrom(request.params)
    const { cursor: last, sort, fields, ...query } = request.query
    const pick = picker(fields)
    const cursor = last === undefined ? undefined : Number(last)
    const { study } = await getStudy(deps, id)
    const page =
      sort === undefined
        ? // The last number that a page looked at takes over from the `after` of the first one.
          await listTrials(deps, id, withoutUndefined({ ...query, after: cursor ?? query.after }))
        : await sortTrials(deps, id, withoutUndefined({ ...query, sort, cursor }))
    return presentPage(page, (trial) => pick(presentTrial(id, study.definition.seed, trial)))
  })
}

/** Keeps the fields of a comma-separated list; all of them without one. @throws invalid-request */
function picker(list: string | undefined): (view: TrialView) => Partial<TrialView> {
  if (list === undefined) return (view) => view
  const names = list.split(',').map((name) => name.trim())
  const known = Object.keys(trialFields)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    const message = `there is no field ${JSON.stringify(unknown)}; the fields are ${known.join(', ')}`
    throw new HoneError('invalid-request', `fields: ${message}`, { faults: [{ path: 'fields', message }] })
  }
  return (view) => Object.fromEntries(Object.entries(view).filter(([name]) => names.includes(name)))
}
