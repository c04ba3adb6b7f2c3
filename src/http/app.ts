import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { ServiceDeps } from '../services/deps.ts'
import { createMetrics, type Metrics } from '../telemetry/metrics.ts'
import { type AccessOptions, checkAccess } from './access/check-access.ts'
import { describeAccess } from './access/describe-access.ts'
import { harden } from './access/harden.ts'
import { type LoadLimits, limitLoad } from './access/limit-load.ts'
import { refuseForeignPages } from './access/refuse-foreign-pages.ts'
import { answerProblem, answerProblems } from './answer-problems.ts'
import type { App } from './app-type.ts'
import { answerClientError, newRequestId } from './client-error.ts'
import { compileValidator } from './invalid-input.ts'
import { parseJsonBodies } from './json-body.ts'
import { logRequests } from './log-requests.ts'
import { describeApi, serveApiDescription } from './openapi/describe-api.ts'
import { refuseOtherMethods } from './refuse-other-methods.ts'
import { createDatasetRoute } from './routes/datasets/create.ts'
import { deleteDatasetRoute } from './routes/datasets/delete.ts'
import { getDatasetRoute } from './routes/datasets/get.ts'
import { listDatasetsRoute } from './routes/datasets/list.ts'
import { healthRoutes } from './routes/health.ts'
import { indexPageRoutes } from './routes/index-page.ts'
import { metricsRoute } from './routes/metrics.ts'
import { problemPageRoute } from './routes/problem-page.ts'
import { pythonClientRoute } from './routes/python-client.ts'
import { bestTrialRoute } from './routes/studies/best.ts'
import { copyStudyRoute } from './routes/studies/copy.ts'
import { createStudyRoute } from './routes/studies/create.ts'
import { deleteStudyRoute } from './routes/studies/delete.ts'
import { editStudyRoute } from './routes/studies/edit.ts'
import { studyEventsRoute } from './routes/studies/events.ts'
import { explainStudyRoutes } from './routes/studies/explain.ts'
import { exportStudyRoute } from './routes/studies/export.ts'
import { getStudyRoute } from './routes/studies/get.ts'
import { listStudiesRoute } from './routes/studies/list.ts'
import { bestModelRoutes } from './routes/studies/model.ts'
import { moveStudyRoutes } from './routes/studies/move.ts'
import { paretoFrontRoute } from './routes/studies/pareto.ts'
import { askTrialsRoute } from './routes/trials/ask.ts'
import { enqueueTrialRoute } from './routes/trials/enqueue.ts'
import { explainTrialRoute } from './routes/trials/explain.ts'
import { getTrialRoute } from './routes/trials/get.ts'
import { listTrialsRoute } from './routes/trials/list.ts'
import { reportTrialRoutes } from './routes/trials/report.ts'
import { stopTrialRoute } from './routes/trials/stop.ts'
import { tellTrialRoute } from './routes/trials/tell.ts'
import { changeWebhookRoute } from './routes/webhooks/change.ts'
import { createWebhookRoute } from './routes/webhooks/create.ts'
import { deleteWebhookRoute } from './routes/webhooks/delete.ts'
import { listDeliveriesRoute } from './routes/webhooks/deliveries.ts'
import { getWebhookRoute } from './routes/webhooks/get.ts'
import { listWebhooksRoute } from './routes/webhooks/list.ts'
import { type OpenStreams, type StreamOptions, trackStreams } from './streams/open-streams.ts'
import { traceRequests } from './trace-requests.ts'

export interface AppOptions {
  /** A pino logger; without one nothing is logged. */
  readonly logger?: FastifyBaseLogger
  readonly streams?: StreamOptions
  /** What it takes on at a time. */
  readonly load?: LoadLimits
  readonly access?: AccessOptions
  /** What is counted; anew unless given. */
  readonly metrics?: Metrics
  /** Origins whose pages may call the API from scripts. */
  readonly corsOrigins?: readonly string[]
  /** Addresses of proxies that are believed whom they say they ask for. */
  readonly trustedProxies?: readonly string[]
}

// A study of 100 parameters with 1000 choices each is about half of it.
const BODY_BYTES_MAX = 1024 * 1024
// Far beyond a slow client with a 1 MiB body; it ends those that send a byte a minute.
const REQUEST_TIMEOUT_MS = 60_000

/** The HTTP adapter, complete but not listening. */
export async function buildApp(deps: ServiceDeps, options: AppOptions = {}): Promise<App> {
  const app = await createGuarded(options)
  parseJsonBodies(app)
  describeAccess(app)
  await describeApi(app)
  const refuseOthers = refuseOtherMethods(app)
  await addRoutes(app, deps, trackStreams(app, options.streams))
  addProbes(app, deps, options)
  refuseOthers()
  return app
}

/** The probes alone, for a process that serves no API. */
export async function buildProbeApp(deps: ServiceDeps, options: AppOptions = {}): Promise<App> {
  const app = await createGuarded(options)
  addProbes(app, deps, options)
  return app
}

/** Without a route as yet: whatever is added is logged, guarded, and refused by problems. */
async function createGuarded(options: AppOptions): Promise<App> {
  const app = createFastify(options)
  traceRequests(app)
  logRequests(app)
  const { access = {}, corsOrigins: origins = [] } = options
  await harden(app, origins)
  answerProblems(app)
  if (!access.authenticate) refuseForeignPages(app, { hosts: access.allowedHosts ?? [], origins })
  limitLoad(app, options.load)
  await checkAccess(app, access)
  return app
}

function addProbes(app: App, deps: ServiceDeps, { metrics = createMetrics() }: AppOptions): void {
  healthRoutes(app, deps)
  metricsRoute(app, deps, metrics)
}

function createFastify({ logger, trustedProxies = [] }: AppOptions): App {
  const app: App = Fastify({
    ...(logger && { loggerInstance: logger }),
    bodyLimit: BODY_BYTES_MAX,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    genReqId: newRequestId,
    // log-requests.ts writes one line instead of the framework's two.
    logController: new LogController({ requestIdLogLabel: 'requestId', disableRequestLogging: true }),
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false, // finish what a keep-alive connection still asks; Fastify's own 503 is no problem+json
    frameworkErrors: answerProblem,
    clientErrorHandler: answerClientError,
  })
  app.setValidatorCompiler(compileValidator)
  // What is sent is built by present.ts, and tests hold it against the schemas: parsing it again would take five
  // times as long as writing it.
  app.setSerializerCompiler(() => JSON.stringify)
  return app
}

async function addRoutes(app: App, deps: ServiceDeps, streams: OpenStreams): Promise<void> {
  createStudyRoute(app, deps)
  copyStudyRoute(app, deps)
  listStudiesRoute(app, deps)
  getStudyRoute(app, deps, streams)
  deleteStudyRoute(app, deps)
  editStudyRoute(app, deps)
  moveStudyRoutes(app, deps)
  bestTrialRoute(app, deps)
  bestModelRoutes(app, deps)
  paretoFrontRoute(app, deps)
  explainStudyRoutes(app, deps)
  studyEventsRoute(app, deps, streams)
  exportStudyRoute(app, deps, streams)
  enqueueTrialRoute(app, deps)
  listTrialsRoute(app, deps)
  getTrialRoute(app, deps)
  explainTrialRoute(app, deps)
  listDatasetsRoute(app, deps)
  getDatasetRoute(app, deps)
  deleteDatasetRoute(app, deps)
  // Its bodies are files, and those of no other route.
  await app.register(async (scope) => createDatasetRoute(scope, deps))
  createWebhookRoute(app, deps)
  listWebhooksRoute(app, deps)
  getWebhookRoute(app, deps)
  changeWebhookRoute(app, deps)
  deleteWebhookRoute(app, deps)
  listDeliveriesRoute(app, deps)
  askTrialsRoute(app, deps, streams)
  reportTrialRoutes(app, deps)
  tellTrialRoute(app, deps)
  stopTrialRoute(app, deps)
  problemPageRoute(app)
  pythonClientRoute(app)
  indexPageRoutes(app)
  serveApiDescription(app)
}
