import type { ServiceDeps } from '../../../services/deps.ts'
import {
  diagnoseStudy,
  explainDependence,
  explainImportance,
  explainStopping,
} from '../../../services/explain-study.ts'
import { recommendTrial } from '../../../services/explain-trial.ts'
import type { App } from '../../app-type.ts'
import { answerUnchanged, ConditionalHeadersSchema, notModified, tagAnswer } from '../../entity-tag.ts'
import {
  DependenceQuerySchema,
  DependenceSchema,
  DiagnosticsSchema,
  ImportanceSchema,
  MetricQuerySchema,
  RecommendationSchema,
  StoppingAdviceSchema,
} from '../../schemas/explanation.ts'
import { StudyPathSchema, studyIdFrom } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'

/** What a study has taught, and whether to go on: computed from its history alone. */
export function explainStudyRoutes(app: App, deps: ServiceDeps): void {
  importanceRoute(app, deps)
  partialDependenceRoute(app, deps)
  recommendationRoute(app, deps)
  stoppingAdviceRoute(app, deps)
  diagnosticsRoute(app, deps)
}

const common = { tags: ['explanations'], params: StudyPathSchema, headers: ConditionalHeadersSchema }
const refusals = [
  'malformed-request',
  'study-not-found',
  'too-few-results',
  'invalid-request',
  'storage-unavailable',
] as const

function importanceRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'getImportance',
    summary: 'Get which parameters matter',
    ...common,
    querystring: MetricQuerySchema,
    response: { 200: ImportanceSchema, ...notModified, ...problems(...refusals) },
  }
  const preHandler = answerUnchanged(deps, 'importance')
  app.get('/v1/studies/:study/importance', { schema, preHandler }, async (request, reply) => {
    const id = studyIdFrom(request.params)
    const report = await explainImportance(deps, id, request.query.metric)
    tagAnswer(reply, 'importance', report.revision)
    return report
  })
}

function partialDependenceRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'getPartialDependence',
    summary: 'Get how the objective depends on each parameter, with bands',
    ...common,
    querystring: DependenceQuerySchema,
    response: { 200: DependenceSchema, ...notModified, ...problems(...refusals) },
  }
  const preHandler = answerUnchanged(deps, 'dependence')
  app.get('/v1/studies/:study/partial-dependence', { schema, preHandler }, async (request, reply) => {
    const id = studyIdFrom(request.params)
    const { metric, parameter } = request.query
    const report = await explainDependence(deps, id, metric, parameter)
    tagAnswer(reply, 'dependence', report.revision)
    return report
  })
}

function recommendationRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'getRecommendation',
    summary: 'Get the trial whose parameters to use where results are noisy',
    ...common,
    response: {
      200: RecommendationSchema,
      ...notModified,
      ...problems(
        'study-not-found',
        'several-objectives',
        'no-best-trial',
        'too-few-results',
        'storage-unavailable',
      ),
    },
  }
  const preHandler = answerUnchanged(deps, 'recommendation')
  app.get('/v1/studies/:study/recommendation', { schema, preHandler }, async (request, reply) => {
    const id = studyIdFrom(request.params)
    const report = await recommendTrial(deps, id)
    tagAnswer(reply, 'recommendation', report.revision)
    return report
  })
}

function stoppingAdviceRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'getStoppingAdvice',
    summary: 'Get whether further trials are worth it',
    ...common,
    response: {
      200: StoppingAdviceSchema,
      ...notModified,
      ...problems('study-not-found', 'several-objectives', 'too-few-results', 'storage-unavailable'),
    },
  }
  const preHandler = answerUnchanged(deps, 'advice')
  app.get('/v1/studies/:study/stopping-advice', { schema, preHandler }, async (request, reply) => {
    const id = studyIdFrom(request.params)
    const report = await explainStopping(deps, id)
    tagAnswer(reply, 'advice', report.revision)
    return report
  })
}

function diagnosticsRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'getDiagnostics',
    summary: 'Get what may be wrong with the study, and what to do',
    ...common,
    response: {
      200: DiagnosticsSchema,
      ...notModified,
      ...problems('study-not-found', 'storage-unavailable'),
    },
  }
  const preHandler = answerUnchanged(deps, 'diagnostics')
  app.get('/v1/studies/:study/diagnostics', { schema, preHandler }, async (request, reply) => {
    const id = studyIdFrom(request.params)
    const report = await diagnoseStudy(deps, id)
    tagAnswer(reply, 'diagnostics', report.revision)
    return report
  })
}
