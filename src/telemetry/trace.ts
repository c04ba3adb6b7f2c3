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

/** What a job is part of, and which request led to it. */
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

/** What is told of a piece of work when it is over. */
export type SpanDescription = Pick<FinishedSpan, 'name' | 'attributes'>

export interface Span {
  readonly context: SpanContext
  /** @param describe asked only when somebody is given the span. */
  end(describe: () => SpanDescription, hasFailed: boolean): void
}

let exportSpan: ((span: FinishedSpan) => void) | undefined

/** @param exporter is given every sampled span from now on; undefined for nobody. */
export function exportSpansTo(exporter: ((span: FinishedSpan) => void) | undefined): void {
  exportSpan = exporter
}

/** 32 digits, six bits of them fixed. Node draws these in advance, and bytes one by one. */
function randomHex(): string {
  return randomUUID().replaceAll('-', '')
}

/** @param parent of another process; without one a trace begins. */
export function startSpan(kind: FinishedSpan['kind'], parent: SpanContext | undefined): Span {
  return new OpenSpan(kind, parent)
}

class OpenSpan implements Span {
  readonly #kind: FinishedSpan['kind']
  readonly #parent: SpanContext | undefined
  readonly #startedAtMs = nowMs()
  #context: SpanContext | undefined

  constructor(kind: FinishedSpan['kind'], parent: SpanContext | undefined) {
    this.#kind = kind
    this.#parent = parent
  }

  /** Its ids are drawn for who asks first: of most polls nobody ever does. */
  get context(): SpanContext {
    this.#context ??= contextWithin(this.#parent)
    return this.#context
  }

  end(describe: () => SpanDescription, hasFailed: boolean): void {
    if (!exportSpan || !(this.#parent?.isSampled ?? true)) return
    exportSpan({
      ...describe(),
      kind: this.#kind,
      context: this.context,
      parent: this.#parent,
      startedAtMs: this.#startedAtMs,
      endedAtMs: nowMs(),
      hasFailed,
    })
  }
}

function contextWithin(parent: SpanContext | undefined): SpanContext {
  const id = randomHex()
  return {
    traceId: parent?.traceId ?? id,
    // Unique within its trace, which is all that it has to be.
    spanId: id.slice(16),
    isSampled: parent?.isSampled ?? true,
  }
}

function nowMs(): number {
  return performance.timeOrigin + performance.now()
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

/** What goes with a job, so that its work belongs to the same trace. */
export function carrierOf({ span, requestId }: Trace): Carrier {
  return { traceparent: formatTraceparent(span), requestId }
}

/** For the lines of what belongs to it. */
export function fieldsOf({ span, requestId }: Trace): object {
  return { traceId: span.traceId, requestId }
}
