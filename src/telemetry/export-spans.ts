import { type SpanContext as ApiSpanContext, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base'
import { exportSpansTo, type FinishedSpan, type SpanContext } from './trace.ts'

const KINDS = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER }

/**
 * Sends every sampled span over OTLP/HTTP to where the OTEL_EXPORTER_OTLP_* variables say, in batches. This is the only
 * file that knows OpenTelemetry, and it is loaded only where an endpoint is set.
 *
 * @returns how to send the last of them and end it.
 */
export function exportSpans(process: string): () => Promise<void> {
  const own = resourceFromAttributes({ 'service.name': 'hone', 'service.instance.id': process })
  const resource = own.merge(detectResources({ detectors: [envDetector] }))
  const processor = new BatchSpanProcessor(new OTLPTraceExporter())
  exportSpansTo((span) => processor.onEnd(readable(span, resource)))
  return async () => {
    exportSpansTo(undefined)
    await processor.shutdown()
  }
}

function readable(span: FinishedSpan, resource: ReadableSpan['resource']): ReadableSpan {
  const { parent } = span
  return {
    name: span.name,
    kind: KINDS[span.kind],
    spanContext: () => contextOf(span.context),
    ...(parent && { parentSpanContext: { ...contextOf(parent), isRemote: true } }),
    startTime: hrTime(span.startedAtMs),
    endTime: hrTime(span.endedAtMs),
    duration: hrTime(span.endedAtMs - span.startedAtMs),
    status: { code: span.hasFailed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: span.attributes,
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: { name: 'hone' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

function contextOf({ traceId, spanId, isSampled }: SpanContext): ApiSpanContext {
  return { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE }
}

function hrTime(ms: number): [number, number] {
  const seconds = Math.floor(ms / 1000)
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)]
}
