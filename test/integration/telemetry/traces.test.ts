import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import { compose } from '../../../src/compose.ts'
import { loadConfig } from '../../../src/config.ts'
import { newStudyId, trialId } from '../../../src/domain/ids.ts'
import { buildApp } from '../../../src/http/app.ts'
import { consume } from '../../../src/queue/consume.ts'
import { exportSpans } from '../../../src/telemetry/export-spans.ts'
import { fieldsOf, parseTraceparent, type Trace } from '../../../src/telemetry/trace.ts'
import { withApp } from '../../support/app.ts'
import { startReceiver } from '../../support/receiver.ts'

const app = withApp()

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const CLIENT = '00f067aa0ba902b7'

interface Exported {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  readonly kind: number
}

it('goes from the client through the API and the queue to the worker, in OTLP and in the log', async () => {
  const receiver = await startReceiver()
  receiver.answer(200)
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = receiver.url
  onTestFinished(() => {
    delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT
  })
  const shutDown = exportSpans('test')
  const lines: Record<string, unknown>[] = []
  const logger = pino({}, { write: (line) => lines.push(JSON.parse(line)) })
  const { redis, url } = app()
  let handled: () => void = () => {}
  const isHandled = new Promise<void>((resolve) => {
    handled = resolve
  })
  const consumer = consume({
    queue: 'proposals',
    redisUrl: redis.url,
    prefix: 'test',
    concurrency: 1,
    lockMs: 5000,
    logger,
    handle: async (_, __, trace) => {
      logger.info(fieldsOf(trace), 'job at hand')
      handled()
    },
  })

  const response = await fetch(`${url}/v1/studies`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: `00-${TRACE}-${CLIENT}-01` },
    body: JSON.stringify({ trainer: { kind: 'function', name: 'branin' } }),
  })
  await isHandled
  await consumer.close(5000)
  await shutDown()

  const sent = receiver.messages.flatMap(({ path, body }) => {
    expect(path).toBe('/v1/traces')
    const { resourceSpans } = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Exported[] }[] }[] }
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
  })
  const [server, job] = ['POST /v1/studies', 'proposals process'].map((name) =>
    sent.find((one) => one.name === name),
  )
  expect(server).toMatchObject({ traceId: TRACE, parentSpanId: CLIENT, kind: 2 })
  expect(job).toMatchObject({ traceId: TRACE, parentSpanId: server!.spanId, kind: 5 })
  expect(lines.find(({ msg }) => msg === 'job at hand')).toMatchObject({
    traceId: TRACE,
    requestId: response.headers.get('x-request-id'),
  })
})

it('goes on from a job, in the lines and the jobs of whoever works on it', async () => {
  const lines: Record<string, unknown>[] = []
  const logger = pino({}, { write: (line) => lines.push(JSON.parse(line)) })
  const redisUrl = app().redis.url
  const composition = compose(loadConfig({ REDIS_URL: redisUrl, HONE_QUEUE_PREFIX: 'within' }), logger)
  onTestFinished(() => composition.close())
  const trace = { span: parseTraceparent(`00-${TRACE}-${CLIENT}-01`)!, requestId: 'req_1' }
  const options = { redisUrl, prefix: 'within', concurrency: 1, lockMs: 5000, logger }
  const carried = new Promise<Trace>((resolve) => {
    const handle = async (_: unknown, __: unknown, next: Trace) => resolve(next)
    const consumer = consume({ ...options, queue: 'trials', handle })
    onTestFinished(() => consumer.close(5000))
  })

  const deps = composition.within(trace)
  deps.logger.info({ attempt: 1 }, 'trial at hand')
  await deps.jobs.enqueueTrials([trialId(newStudyId(randomBytes(16)), 0)])

  expect(await carried).toMatchObject({ span: { traceId: TRACE }, requestId: 'req_1' })
  const line = { msg: 'trial at hand', attempt: 1, traceId: TRACE, requestId: 'req_1' }
  expect(lines).toContainEqual(expect.objectContaining(line))
})

it('is in the lines of whatever a request has done, beside its id', async () => {
  const lines: Record<string, unknown>[] = []
  const logger = pino({}, { write: (line) => lines.push(JSON.parse(line)) })
  const own = await buildApp(app().deps, { logger })
  onTestFinished(() => own.close())

  const response = await own.inject({
    method: 'POST',
    url: '/v1/studies',
    headers: { traceparent: `00-${TRACE}-${CLIENT}-01` },
    payload: { trainer: { kind: 'function', name: 'branin' } },
  })

  const requestId = response.headers['x-request-id']
  for (const msg of ['study created', 'request answered'])
    expect(lines.filter((line) => line.msg === msg)).toMatchObject([{ traceId: TRACE, requestId }])
})
