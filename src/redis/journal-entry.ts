import { z } from 'zod'
import type { StudyEvent } from '../domain/events.ts'
import type { StudyId } from '../domain/ids.ts'
import { unpackReports } from './curve.ts'
import { eventSchema } from './event-codec.ts'
import { decode } from './json.ts'
import { curveKey, studyKeys } from './keys.ts'
import { orUnavailable, type StoreContext } from './store-context.ts'
import { readVarints } from './varint.ts'

/** As XRANGE answers: `<revision>-<time, ms>`, and the one field of the entry with its value. */
export const entriesSchema = z.array(z.tuple([z.string(), z.array(z.string())]))
export type JournalEntry = z.infer<typeof entriesSchema>[number]

/** The same of the last entry alone, which tells the revision; 0 without one. */
export const revisionSchema = entriesSchema.transform(([last]) => (last ? revisionOf(last) : 0))

/** Of a study that is there, whose journal has a last entry: see prelude.lua. */
export const lastEntrySchema = entriesSchema.transform(([last]) => last!)

const ZERO = '0'.charCodeAt(0)
const BASE = 32

type Reported = Extract<StudyEvent, { type: 'values-reported' }>

/** What `values-reported` keeps in the journal: where in the curve its reports are. */
interface ReportsEntry {
  readonly at: string
  readonly number: number
  readonly attempt: number
  readonly from: number
  readonly end: number
}

/**
 * Whether it is of a `values-reported`: trial, attempt, first byte and number of bytes, each a varint of the digits
 * '0' to 'o'. All others are JSON. What a report costs beside its values is mostly this entry.
 */
export function isOfReports([, [, text]]: JournalEntry): boolean {
  return !text!.startsWith('{')
}

/** @param entry one that is not of reports. */
export function decodeEvent(entry: JournalEntry): StudyEvent {
  const [, [, text]] = entry
  return eventSchema.parse({ ...JSON.parse(text!), at: timeOf(entry) })
}

/**
 * The events of some entries. What was reported is read from the curves, which only grow, so it need not be of the
 * entries' instant.
 */
export async function decodeEntries(
  context: StoreContext,
  id: StudyId,
  entries: readonly JournalEntry[],
): Promise<StudyEvent[]> {
  const told = entries.filter(isOfReports).map(decodeReports)
  const events = told.length > 0 ? await readReports(context, id, told) : []
  let next = 0
  return entries.map((entry) => (isOfReports(entry) ? events[next++]! : decodeEvent(entry)))
}

function decodeReports(entry: JournalEntry): ReportsEntry {
  const [, [, text]] = entry
  const digits = Buffer.from(text!, 'latin1').map((byte) => byte - ZERO)
  const [number, attempt, from, bytes] = readVarints(digits, BASE) as [number, number, number, number]
  return { at: timeOf(entry), number, attempt, from, end: from + bytes }
}

/** Of each trial the stretch of its curve that all of them are in, in one round trip. */
async function readReports(
  context: StoreContext,
  id: StudyId,
  told: readonly ReportsEntry[],
): Promise<Reported[]> {
  const stretches = new Map<number, { from: number; end: number }>()
  for (const { number, from, end } of told) {
    const known = stretches.get(number) ?? { from, end }
    stretches.set(number, { from: Math.min(known.from, from), end: Math.max(known.end, end) })
  }
  const [layouts, ...curves] = await Promise.all([
    readLayouts(context, id),
    ...[...stretches].map(([number, { from, end }]) => readCurve(context, id, number, from, end)),
  ])
  const byNumber = new Map([...stretches.keys()].map((number, i) => [number, curves[i]!]))
  return told.map(({ at, number, attempt, from, end }) => {
    const start = stretches.get(number)!.from
    const bytes = byNumber.get(number)!.subarray(from - start, end - start)
    return { type: 'values-reported', at, number, attempt, reports: unpackReports(bytes, layouts) }
  })
}

function readCurve(
  { redis, prefix }: StoreContext,
  id: StudyId,
  number: number,
  from: number,
  end: number,
): Promise<Buffer> {
  return orUnavailable(redis.getrangeBuffer(curveKey(prefix, id, number), from, end - 1))
}

async function readLayouts({ redis, prefix }: StoreContext, id: StudyId): Promise<string[][]> {
  return decodeLayouts(await orUnavailable(redis.hgetall(studyKeys(prefix, id).layouts)))
}

const names = z.array(z.string())

/** @param hash of keys.ts. */
export function decodeLayouts(hash: Readonly<Record<string, string>>): string[][] {
  const layouts: string[][] = []
  for (const [json, layout] of Object.entries(hash)) layouts[Number(layout)] = decode(names, json)
  return layouts
}

export function revisionOf([id]: JournalEntry): number {
  return Number.parseInt(id, 10)
}

export function timeMsOf([id]: JournalEntry): number {
  return Number(id.slice(id.indexOf('-') + 1))
}

export function timeOf(entry: JournalEntry): string {
  return new Date(timeMsOf(entry)).toISOString()
}
