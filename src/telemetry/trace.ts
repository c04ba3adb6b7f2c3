import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { Carrier } from '../services/ports/job-queue.ts'

/** Where in a trace something happens; W3C Trace Context, level 1. */
export interface SpanContext {
  /** 32 hex digits. */
  readonly traceId: string
  /** 16 hex digits. */
  readonly spanId: string
  readonly isSampled: boolean
}

/** What a worker is at, and for which request. */
export interface Trace {
  readonly span: SpanContext
  readonly requestId?: string | undefined
}

/** A piece of work that is over. */
export interface FinishedSpan {
  readonly name: string
  readonly kind: 'server' | 'consumer'
  readonly context: SpanContext
  readonly parent: SpanContext | undefined
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly attributes: Readonly<Record<string, string | number>>
  readonly hasFailed: boolean
}

export interface Span {
  readonly context: SpanContext
  /** @param attributes asked for only when somebody is given the span. */
  end(attributes: () => FinishedSpan['attributes'], hasFailed: boolean): void
}

const current = new AsyncLocalStorage<Trace>()
let exportSpan: ((span: FinishedSpan) => void) | undefined

export function currentTrace(): Trace | undefined {
  return current.getStore()
}

/** Calls `work`, and all that follows from it, within a trace. */
export function withinTrace<T>(trace: Trace, work: () => T): T {
  return current.run(trace, work)
}

/** @param exporter is given every sampled span from now on; undefined for nobody. */
export function exportSpansTo(exporter: ((span: FinishedSpan) => void) | undefined): void {
  exportSpan = exporter
}

/** 32 digits, six bits of them fixed. Node draws these in advance, and bytes one by one. */
function randomHex(): string {
  return randomUUID().replaceAll('-', '')
}

/** @param parent of another process; without one a trace begins. */
export function startSpan(kind: FinishedSpan['kind'], name: string, parent: SpanContext | undefined): Span {
  const id = randomHex()
  const context = {
    traceId: parent?.traceId ?? id,
    // Unique within its trace, which is all that it has to be.
    spanId: id.slice(16),
    isSampled: parent?.isSampled ?? true,
  }
  const startedAtMs = performance.timeOrigin + performance.now()
  return {
    context,
    end: (attributes, hasFailed) => {
      if (!exportSpan || !context.isSampled) return
      const endedAtMs = performance.timeOrigin + performance.now()
      exportSpan({
        name,
        kind,
        context,
        parent,
        startedAtMs,
        endedAtMs,
        attributes: attributes(),
        hasFailed,
      })
    },
  }
}

const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:-.*)?$/

/** Undefined for anything that is no `traceparent`: then a trace begins here. */
export function parseTraceparent(text: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(text ?? '') ?? []
  if (!traceId) return undefined
  return { traceId, spanId: spanId!, isSampled: (Number.parseInt(flags!, 16) & 1) === 1 }
}

export function formatTraceparent({ traceId, spanId, isSampled }: SpanContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`
}

/** What to put into a job, so that its work belongs to the same trace. */
export function carrier(): Carrier | undefined {
  const trace = current.getStore()
  return trace && { traceparent: formatTraceparent(trace.span), requestId: trace.requestId }
}
