import { describe, expect, it } from 'vitest'
import {
  carrierOf,
  exportSpansTo,
  type FinishedSpan,
  fieldsOf,
  formatTraceparent,
  parseTraceparent,
  startSpan,
} from '../../../src/telemetry/trace.ts'

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

describe('parseTraceparent', () => {
  // The example of the W3C recommendation, and its rules about what to ignore.
  it('reads what the recommendation shows, and writes it again', () => {
    const context = parseTraceparent(TRACEPARENT)!

    expect(context).toEqual({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      spanId: '00f067aa0ba902b7',
      isSampled: true,
    })
    expect(formatTraceparent(context)).toBe(TRACEPARENT)
    expect(parseTraceparent(TRACEPARENT.replace(/01$/, '00'))?.isSampled).toBe(false)
    expect(parseTraceparent(`01${TRACEPARENT.slice(2)}-more`)?.spanId).toBe('00f067aa0ba902b7')
  })

  it.each([
    undefined,
    '',
    'hello',
    `ff${TRACEPARENT.slice(2)}`,
    TRACEPARENT.toUpperCase(),
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`,
  ])('takes %s for none', (text) => {
    expect(parseTraceparent(text)).toBeUndefined()
  })
})

describe('a span', () => {
  it('belongs to the trace of its parent, and begins one without', () => {
    const parent = parseTraceparent(TRACEPARENT)

    expect(startSpan('server', parent).context.traceId).toBe(parent?.traceId)
    expect(startSpan('server', undefined).context.traceId).toMatch(/^[\da-f]{32}$/)
  })

  it('has the same ids whenever they are asked for, and is exported with them', () => {
    const exported: FinishedSpan[] = []
    exportSpansTo((span) => exported.push(span))
    const asked = startSpan('server', parseTraceparent(TRACEPARENT))
    const { context } = asked
    const unsampled = startSpan('server', parseTraceparent(TRACEPARENT.replace(/01$/, '00')))

    for (const span of [asked, startSpan('server', undefined), unsampled])
      span.end(() => ({ name: 'GET /', attributes: {} }), false)
    exportSpansTo(undefined)

    expect(asked.context).toEqual(context)
    expect(exported).toEqual([
      expect.objectContaining({ name: 'GET /', context, parent: parseTraceparent(TRACEPARENT) }),
      expect.objectContaining({ context: expect.objectContaining({ isSampled: true }), parent: undefined }),
    ])
    for (const { startedAtMs, endedAtMs } of exported) expect(endedAtMs).toBeGreaterThanOrEqual(startedAtMs)
  })

  it('is what the jobs of its trace carry, and what their lines say', () => {
    const { context } = startSpan('server', undefined)
    const trace = { span: context, requestId: 'req_1' }

    expect(carrierOf(trace)).toEqual({ traceparent: formatTraceparent(context), requestId: 'req_1' })
    expect(fieldsOf(trace)).toEqual({ traceId: context.traceId, requestId: 'req_1' })
  })
})
