import type { z } from 'zod'
import type { ErrorCode } from '../../../domain/errors.ts'
import type { StudyId } from '../../../domain/ids.ts'
import type { ServiceDeps } from '../../../services/deps.ts'
import {
  diagnoseStudy,
  explainDependence,
  explainImportance,
  explainStopping,
} from '../../../services/explain/explain-study.ts'
import { recommendTrial } from '../../../services/explain/explain-trial.ts'
import type { App } from '../../app-type.ts'
import { answerUnchanged, ConditionalHeadersSchema, notModified, tagAnswer } from '../../entity-tag.ts'
import { studyIdFrom } from '../../ids-from-path.ts'
import {
  DependenceQuerySchema,
  DependenceSchema,
  DiagnosticsSchema,
  ImportanceSchema,
  MetricQuerySchema,
  RecommendationSchema,
  StoppingAdviceSchema,
} from '../../schemas/explanation.ts'
import { StudyPathSchema } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'

/** What a study has taught, and whether to go on: computed from its history alone. */
export function explainStudyRoutes(app: App, deps: ServiceDeps): void {
  explanationRoute(app, deps, {
    path: 'importance',
    operationId: 'getImportance',
    summary: 'Get which parameters matter',
    querystring: MetricQuerySchema,
    answer: ImportanceSchema,
    refusals: ['malformed-request', 'too-few-results', 'invalid-request'],
    explain: (id, { metric }) => explainImportance(deps, id, metric),
  })
  explanationRoute(app, deps, {
    path: 'partial-dependence',
    operationId: 'getPartialDependence',
    summary: 'Get how the objective depends on each parameter, with bands',
    querystring: DependenceQuerySchema,
    answer: DependenceSchema,
    refusals: ['malformed-request', 'too-few-results', 'invalid-request'],
    explain: (id, { metric, parameter }) => explainDependence(deps, id, metric, parameter),
  })
  explanationRoute(app, deps, {
    path: 'recommendation',
    operationId: 'getRecommendation',
    summary: 'Get the trial whose parameters to use where results are noisy',
    answer: RecommendationSchema,
    refusals: ['several-objectives', 'no-best-trial', 'too-few-results'],
    explain: (id) => recommendTrial(deps, id),
  })
  explanationRoute(app, deps, {
    path: 'stopping-advice',
    operationId: 'getStoppingAdvice',
    summary: 'Get whether further trials are worth it',
    answer: StoppingAdviceSchema,
    refusals: ['several-objectives', 'too-few-results'],
    explain: (id) => explainStopping(deps, id),
  })
  explanationRoute(app, deps, {
    path: 'diagnostics',
    operationId: 'getDiagnostics',
    summary: 'Get what may be wrong with the study, and what to do',
    answer: DiagnosticsSchema,
    refusals: [],
    explain: (id) => diagnoseStudy(deps, id),
  })
}

interface Explanation<Query> {
  /** Last part of the route's, and what its answers' tags begin with. */
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly querystring?: z.ZodType<Query>
  readonly answer: z.ZodType
  /** Besides those that any of them may have. */
  readonly refusals: readonly ErrorCode[]
  readonly explain: (id: StudyId, query: Query) => Promise<{ readonly revision: number }>
}

function explanationRoute<Query>(
  app: App,
  deps: ServiceDeps,
  { path, operationId, summary, querystring, answer, refusals, explain }: Explanation<Query>,
): void {
  const schema = {
    operationId,
    summary,
    tags: ['explanations'],
    params: StudyPathSchema,
    headers: ConditionalHeadersSchema,
    ...(querystring && { querystring }),
    response: {
      200: answer,
      ...notModified,
      ...problems('study-not-found', ...refusals, 'storage-unavailable'),
    },
  }
  const preHandler = answerUnchanged(deps, path)
  app.get(`/v1/studies/:study/${path}`, { schema, preHandler }, async (request, reply) => {
    const report = await explain(studyIdFrom(request.params), request.query as Query)
    tagAnswer(reply, path, report.revision)
    return report
  })
}
