import type { StudyVerb } from '../../../domain/study.ts'
import type { ServiceDeps } from '../../../services/deps.ts'
import { moveStudy } from '../../../services/studies/move-study.ts'
import type { App } from '../../app-type.ts'
import { depsFor } from '../../deps-for.ts'
import { studyIdFrom } from '../../ids-from-path.ts'
import { presentStudy } from '../../present.ts'
import { StudyPathSchema } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { StudySchema } from '../../schemas/study.ts'

const SUMMARIES: Readonly<Record<StudyVerb, string>> = {
  pause: 'Start no more trials; networks in training keep where they are, and external workers hear `pause`',
  resume: 'Go on with a paused study',
  stop: 'End a study now: what is queued or running is canceled',
}

/** The three colon verbs: one endpoint three times. In its target state a verb changes nothing and succeeds. */
export function moveStudyRoutes(app: App, deps: ServiceDeps): void {
  for (const verb of ['pause', 'resume', 'stop'] as const) {
    const schema = {
      operationId: `${verb}Study`,
      summary: SUMMARIES[verb],
      tags: ['studies'],
      params: StudyPathSchema,
      response: { 200: StudySchema, ...problems('study-not-found', 'illegal-move', 'storage-unavailable') },
    }
    // `::` is a literal colon; without the pattern the parameter would swallow it.
    app.post(`/v1/studies/:study([^:]+)::${verb}`, { schema }, async (request) => {
      return presentStudy(await moveStudy(depsFor(deps, request), studyIdFrom(request.params), verb))
    })
  }
}
