import { isDeepStrictEqual } from 'node:util'
import { isCode } from '../domain/errors.ts'
import type { StudyId } from '../domain/ids.ts'
import type { MetricValues } from '../domain/metric.ts'
import { type EndReason, LEGAL_MOVES, type StudyDefinition } from '../domain/study.ts'
import type { StudySnapshot } from '../domain/study-snapshot.ts'
import type { StudyEdit } from '../services/ports/study-records.ts'
import type { StudyStore } from '../services/ports/study-store.ts'
import { archiveJournal } from './archive-journal.ts'
import { definitionSchema } from './definition-codec.ts'
import { refused } from './error-codes.ts'
import { decode, encode } from './json.ts'
import {
  archiveKey,
  closedStudiesKey,
  curveKeyBase,
  enqueuedKey,
  modelsKey,
  openStudiesKey,
  studiesKey,
  studyKeys,
  toldKey,
  untoldStudiesKey,
} from './keys.ts'
import { orUnavailable, runOnStudy, type StoreContext } from './store-context.ts'
import { listMember, takeOffLists } from './study-list.ts'

type StudyWriter = Pick<
  StudyStore,
  | 'createStudy'
  | 'editStudy'
  | 'archiveJournal'
  | 'closeStudy'
  | 'deleteStudy'
  | 'pauseStudy'
  | 'resumeStudy'
  | 'stopStudy'
  | 'cancelIdle'
  | 'recordTest'
>

export function createStudyWriter(context: StoreContext): StudyWriter {
  return {
    createStudy: (id, definition, state) => createStudy(context, id, definition, state),
    editStudy: (id, editOf, revision) => editStudy(context, id, editOf, revision),
    archiveJournal: (id) => archiveJournal(context, id),
    closeStudy: (id) => closeStudy(context, id),
    deleteStudy: (id) => deleteStudy(context, id),
    pauseStudy: (id) => move(context, id, 'pause', 'paused', 'study-paused'),
    resumeStudy: (id) => move(context, id, 'resume', 'running', 'study-resumed'),
    stopStudy: (id, reason, seen) => stopStudy(context, id, reason, seen),
    cancelIdle: (id) => cancelIdle(context, id),
    recordTest: (id, trial, metrics) => recordTest(context, id, trial, metrics),
  }
}

/**
 * The lists of studies live on other slots than the study, so outside its script. They come first: a crash then
 * leaves an entry without a study, which readers skip and the sweep removes, and never a study that nobody finds. One
 * that is tried again is of the time when it was tried first, so that there is one entry.
 */
async function createStudy(
  context: StoreContext,
  id: StudyId,
  definition: StudyDefinition,
  state: 'running' | 'paused' = 'running',
): Promise<void> {
  const { redis, prefix } = context
  const { trials = Number.POSITIVE_INFINITY, parallel } = definition.limits
  const open = openStudiesKey(prefix)
  await orUnavailable(redis.zadd(open, 'NX', context.clock().getTime(), id))
  const createdAt = new Date(Number(await orUnavailable(redis.zscore(open, id))))
  await orUnavailable(redis.zadd(studiesKey(prefix), 0, listMember(id, createdAt)))
  const fixed = { ...context, clock: () => createdAt }
  const { kind } = definition.trainer
  await runOnStudy(fixed, 'create-study', { id }, id, encode(definition), trials, parallel, kind, state)
}

const INSTEAD = 'What has ended stays as it is: to go on, make a copy with its trials (:copy).'

async function editStudy(
  context: StoreContext,
  id: StudyId,
  editOf: (definition: StudyDefinition) => Promise<StudyEdit>,
  revision: number | undefined,
): Promise<void> {
  for (;;) {
    const json = await orUnavailable(context.redis.hget(studyKeys(context.prefix, id).study, 'definition'))
    if (json === null) throw refused('study-not-found', { id })
    const definition = decode(definitionSchema, json)
    const { changes, fitsTrials } = await editOf(definition)
    const { limits, searchSpace } = changes
    const bounds = limits ? [limits.trials ?? Number.POSITIVE_INFINITY, limits.parallel] : ['', '']
    const space = [searchSpace ? 1 : '', fitsTrials ?? '']
    const edited = { ...definition, ...changes }
    const args = [
      json,
      // In whatever order its fields are.
      isDeepStrictEqual(edited, definition) ? json : encode(edited),
      encode(changes),
      revision ?? '',
      ...bounds,
      ...space,
    ]
    const subject = { id, verb: `change its ${searchSpace ? 'search space' : 'limits'}`, instead: INSTEAD }
    if ((await runOnStudy(context, 'edit-study', subject, ...args)) === 1) return
  }
}

/** Not an event, but those who watch wait for it: nothing more will come. */
async function closeStudy({ redis, prefix, clock }: StoreContext, id: StudyId): Promise<void> {
  const { study, journal } = studyKeys(prefix, id)
  // Beforehand, so that a crash leaves none that would be kept for ever; of one that is gone there is nothing to keep.
  if ((await orUnavailable(redis.exists(study))) === 1) {
    await orUnavailable(redis.zadd(closedStudiesKey(prefix), 'NX', clock().getTime(), id))
    await orUnavailable(redis.sadd(untoldStudiesKey(prefix), id))
  }
  const removed = await orUnavailable(redis.zrem(openStudiesKey(prefix), id))
  if (removed === 1) await orUnavailable(redis.publish(journal, 'closed'))
}

async function deleteStudy(context: StoreContext, id: StudyId): Promise<void> {
  const { redis, prefix } = context
  const subject = { id, verb: 'be deleted' }
  const derived = [curveKeyBase, enqueuedKey, modelsKey, archiveKey, toldKey].map((keyOf) =>
    keyOf(prefix, id),
  )
  const createdAt = await orUnavailable(redis.hget(studyKeys(prefix, id).study, 'createdAt'))
  // Until it is off the other lists: what a crash leaves on them the sweep finds by this one. A Redis that is full has no
  // place for that, and all the more is deleted.
  if (createdAt !== null) await redis.zadd(openStudiesKey(prefix), 'NX', createdAt, id).catch(() => {})
  await runOnStudy(context, 'delete-study', subject, ...derived).catch(async (error: unknown) => {
    // A crash may have left it in the list of those that are to be deleted.
    if (isCode(error, 'study-not-found')) await orUnavailable(redis.zrem(closedStudiesKey(prefix), id))
    throw error
  })
  await takeOffLists(context, id, new Date(Number(createdAt)))
}

async function move(
  context: StoreContext,
  id: StudyId,
  verb: 'pause' | 'resume',
  target: 'paused' | 'running',
  event: 'study-paused' | 'study-resumed',
): Promise<void> {
  const { from, already } = LEGAL_MOVES[verb]
  await runOnStudy(context, 'move-study', { id, verb }, encode(from), encode(already), target, event)
}

// Some ten milliseconds of Redis's time.
const CANCELED_A_SCRIPT = 500

/** Whoever dies over it, or is refused after the first script, leaves a study that is stopping: `cancelIdle` goes on. */
async function stopStudy(
  context: StoreContext,
  id: StudyId,
  reason: EndReason,
  seen: StudySnapshot | undefined,
): Promise<boolean> {
  const { from, already } = LEGAL_MOVES.stop
  const decidedBy = seen ? [seen.trials.length, seen.revision] : ['', '']
  const args = [encode(reason), encode(from), encode(already), ...decidedBy]
  const isUpToDate = (await runOnStudy(context, 'stop-study', { id, verb: 'stop' }, ...args)) === 1
  if (isUpToDate) await cancelIdle(context, id)
  return isUpToDate
}

async function cancelIdle(context: StoreContext, id: StudyId): Promise<void> {
  let canceled: unknown
  do canceled = await runOnStudy(context, 'cancel-idle', { id }, CANCELED_A_SCRIPT)
  while (canceled === CANCELED_A_SCRIPT)
}

async function recordTest(
  context: StoreContext,
  id: StudyId,
  trial: number,
  metrics: MetricValues,
): Promise<void> {
  await runOnStudy(context, 'record-test', { id }, trial, encode(metrics))
}
