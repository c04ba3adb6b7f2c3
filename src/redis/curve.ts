import type { Report } from '../domain/trial.ts'
import type { Argument } from './store-context.ts'
import { readVarint } from './varint.ts'

/**
 * A curve is a string of reports, each the step and the layout as varints, then the values of its metrics as 64-bit
 * floats, little endian. A layout is a list of metric names; `layouts` of keys.ts counts those of a study.
 */
const VALUE_BYTES = 8
/** Of the varints. */
const BASE = 128

/** Three arguments of a script: step, names of the metrics as JSON, their values. @throws Error for what is no finite number. */
export function packReport({ step, metrics }: Report): Argument[] {
  const names = Object.keys(metrics)
  const values = Buffer.alloc(VALUE_BYTES * names.length)
  for (const [i, name] of names.entries()) {
    const value = metrics[name]!
    if (!Number.isFinite(value)) throw new Error(`${name} is ${value}, which no report can hold.`)
    values.writeDoubleLE(value, VALUE_BYTES * i)
  }
  return [step, JSON.stringify(names), values]
}

/** @param layouts names of the metrics by number of their layout. @throws Error when the bytes are no whole reports. */
export function unpackReports(bytes: Buffer, layouts: readonly (readonly string[])[]): Report[] {
  const reports: Report[] = []
  for (let start = 0; start < bytes.length; ) {
    const step = readVarint(bytes, start, BASE)
    const layout = readVarint(bytes, step.end, BASE)
    const names = layouts[layout.value]
    if (!names) throw new Error(`A curve names layout ${layout.value} of ${layouts.length}.`)
    const values = names.map((name, i) => [name, bytes.readDoubleLE(layout.end + VALUE_BYTES * i)])
    reports.push({ step: step.value, metrics: Object.fromEntries(values) })
    start = layout.end + VALUE_BYTES * names.length
  }
  return reports
}
