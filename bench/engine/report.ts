import type { Comparison } from './measure.ts'
import type { RecordedPeers } from './peers.ts'
import type { TraceCheck } from './traces.ts'

export const SPEED_HEADER = `| | seconds | GFLOP/s | FMA peak | / limit | torch | torch / it | best recorded peer / it |
|---|---|---|---|---|---|---|---|`

/** Recorded peers ran elsewhere: each time is taken by the limit of the machine it was measured on. */
export function speedRow({ fastest, torch }: Comparison, { seconds, limit }: RecordedPeers): string {
  const name = fastest.workload
  const times = Object.entries(seconds).map(
    ([peer, of]) => [peer, of[name] ?? Number.POSITIVE_INFINITY] as const,
  )
  const [peer, time] = times.reduce((a, b) => (b[1] < a[1] ? b : a), ['none', Number.POSITIVE_INFINITY])
  const scale = fastest.limit_seconds / (limit[name] ?? Number.NaN)
  const peerTime = least(torch.map((one) => one.seconds))
  return cells([
    name,
    fastest.seconds.toPrecision(3),
    String(fastest.gflops),
    String(fastest.peak_gflops),
    ratio(fastest.seconds, fastest.limit_seconds),
    peerTime?.toPrecision(3) ?? '–',
    ratio(peerTime, fastest.seconds),
    peer === 'none' ? '–' : `${ratio(time * scale, fastest.seconds)} (${peer})`,
  ])
}

export const TRACE_HEADER = `| | step 1 | 10 steps | 200 steps | allowed | |
|---|---|---|---|---|---|`

export function traceRow({ workload, errors, allowed, within }: TraceCheck): string {
  const short = (error: number) => error.toExponential(1)
  const verdict = allowed === undefined ? 'no tolerance' : within ? 'within' : '**beyond**'
  return cells([workload, ...errors.map(short), allowed?.map(short).join(', ') ?? '–', verdict])
}

export function ratio(above: number | undefined, below: number | undefined): string {
  const value = (above ?? Number.NaN) / (below ?? Number.NaN)
  return Number.isFinite(value) ? value.toPrecision(3) : '–'
}

export function cells(values: readonly string[]): string {
  return `| ${values.join(' | ')} |`
}

function least(values: readonly number[]): number | undefined {
  return values.length > 0 ? Math.min(...values) : undefined
}
