import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyEvent } from '../../../src/domain/apply-event.ts'
import { checkEvent } from '../../../src/domain/check-event.ts'
import { HoneError } from '../../../src/domain/errors.ts'
import type { StudyEvent } from '../../../src/domain/events.ts'
import type { StudyId } from '../../../src/domain/ids.ts'
import type { StudySnapshot } from '../../../src/domain/study-snapshot.ts'
import { isTrialFinished } from '../../../src/domain/trial.ts'
import type { StudyStore } from '../../../src/services/ports/study-store.ts'
import { withRedis } from '../../support/redis.ts'
import { anyPlay, type Play, type Step, TRIALS } from './random-commands.ts'
import { anotherStore, aStore, aStudy, createStudy } from './study-fixture.ts'

/**
 * Random commands, see random-commands.ts. There is no model to repeat the scripts' rules: the journal is the model.
 */
const redis = withRedis()
let stores: readonly [StudyStore, StudyStore]
let disconnect = () => {}
beforeAll(() => {
  const other = anotherStore(redis())
  stores = [aStore(redis()), other.store]
  disconnect = other.disconnect
})
afterAll(() => disconnect())

/** Refusals are part of the game; anything else is a bug. */
async function unlessRefused(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!(error instanceof HoneError) || error.code === 'storage-unavailable') throw error
  })
}

async function play({ steps, parallel, isExternal }: Play): Promise<StudyId> {
  const study = aStudy({ trials: TRIALS, parallel })
  const id = await createStudy(stores[0], isExternal ? { ...study, trainer: { kind: 'external' } } : study)
  await playOn(id, steps)
  return id
}

async function playOn(id: StudyId, steps: readonly Step[]): Promise<void> {
  const pending: Promise<void>[] = []
  for (const { command: send, client, isDoubled, isAwaited } of steps) {
    pending.push(unlessRefused(send(stores[client], id)))
    if (isDoubled) pending.push(unlessRefused(send(stores[1 - client] as StudyStore, id)))
    if (isAwaited) await Promise.all(pending.splice(0))
  }
  await Promise.all(pending)
}

/** Every state the journal goes through, first to last. */
function prefixes(events: readonly StudyEvent[]): StudySnapshot[] {
  let snapshot: StudySnapshot | undefined
  return events.map((event) => (snapshot = applyEvent(snapshot, event)))
}

/** What Redis holds, curves and all. */
async function recordsOf(store: StudyStore, id: StudyId): Promise<StudySnapshot> {
  const snapshot = await store.loadSnapshot(id)
  const trials = await Promise.all(snapshot.trials.map((trial) => store.getTrial(id, trial.number)))
  return { ...snapshot, trials }
}

function inFlight({ trials, waiting }: StudySnapshot): number {
  return trials.filter(({ state }) => !isTrialFinished(state)).length - waiting.length
}

async function forRandomPlays(
  check: (id: StudyId, parallel: number) => Promise<void>,
  numRuns = 100,
): Promise<void> {
  const plays = fc.asyncProperty(anyPlay, async (one) => {
    await check(await play(one), one.parallel)
  })
  await fc.assert(plays, { numRuns })
}

/** How a trial or study ended, to tell apart what the generator must reach. */
function endOf(event: StudyEvent): string {
  if (event.type === 'study-finished') return event.reason.code
  if (event.type !== 'trial-finished') return event.type
  return event.crashes === undefined ? event.outcome.state : 'crashed'
}

// Every StudyEvent, every end of a trial and every end of a study but `exhausted`, which is a stop like the others.
const EVERYTHING = [
  'best-tested',
  'budget-used',
  'canceled',
  'completed',
  'crashed',
  'failed',
  'infeasible',
  'observation-added',
  'proposal-failed',
  'pruned',
  'stopped',
  'study-created',
  'study-edited',
  'study-finished',
  'study-paused',
  'study-resumed',
  'study-stopping',
  'time-limit',
  'trial-dispatched',
  'trial-enqueued',
  'trial-finished',
  'trial-paused',
  'trial-proposed',
  'trial-released',
  'trial-resumed',
  'trial-started',
  'trial-stop-requested',
  'values-reported',
]

describe('after any commands, legal or not', () => {
  it('the commands reach every kind of event and every end', async () => {
    const seen = new Set<string>()
    await forRandomPlays(async (id) => {
      for (const event of await stores[0].readJournal(id)) seen.add(event.type).add(endOf(event))
    }, 300)

    // The rarest came in 62 of 1,000 plays: 300 without it are rarer than 1 in 1e8.
    expect([...seen].sort()).toEqual(EVERYTHING)
  })

  it('invariant 2: folding the journal gives the records, to the last bit', async () => {
    await forRandomPlays(async (id) => {
      const journal = await stores[0].readJournal(id)

      const folded = journal.reduce<StudySnapshot | undefined>(applyEvent, undefined)

      expect(folded).toEqual(await recordsOf(stores[0], id))
      expect(folded!.revision).toBe(journal.length)
    })
  })

  it('a journal that is put away reads as before, from any revision on', async () => {
    await forRandomPlays(async (id) => {
      const [store] = stores
      const before = await store.readJournal(id)
      await Promise.all(stores.map((each) => each.archiveJournal(id)))

      expect(await store.readJournal(id)).toEqual(before)
      for (let after = 0; after <= before.length; after += 3) {
        expect((await store.readEvents(id, after, 5)).events).toEqual(before.slice(after, after + 5))
        if (after > 0) expect(await store.readJournal(id, after)).toEqual(before.slice(0, after))
      }
      expect(await store.getRevision(id)).toBe(before.length)
    }, 50)
  })

  it('a snapshot brought up to date is the same as one read whole', async () => {
    const plays = fc.asyncProperty(anyPlay, async (one) => {
      const [store] = stores
      const half = one.steps.length >> 1
      const id = await play({ ...one, steps: one.steps.slice(0, half) })
      const known = await store.loadSnapshot(id)
      await playOn(id, one.steps.slice(half))

      expect(await store.loadSnapshot(id, known)).toEqual(await store.loadSnapshot(id))
    })
    await fc.assert(plays, { numRuns: 50 })
  })

  it('invariant 6: at every revision in flight <= parallel and committed <= trials', async () => {
    await forRandomPlays(async (id, parallel) => {
      for (const snapshot of prefixes(await stores[0].readJournal(id))) {
        expect(inFlight(snapshot)).toBeLessThanOrEqual(parallel)
        expect(snapshot.trials.length).toBeLessThanOrEqual(TRIALS)
      }
    })
  })

  it('invariant 7: no event changes a trial after trial-finished', async () => {
    await forRandomPlays(async (id) => {
      const finished = new Set<number>()
      for (const event of await stores[0].readJournal(id)) {
        if ('number' in event) expect(finished).not.toContain(event.number)
        if (event.type === 'trial-finished') finished.add(event.number)
      }
    })
  })

  it('invariant 5: reports come from the attempt that holds the trial, and the attempts count up', async () => {
    await forRandomPlays(async (id) => {
      const attempts = new Map<number, number>()
      for (const event of await stores[0].readJournal(id)) {
        if (event.type === 'trial-started') {
          expect(event.attempt).toBe((attempts.get(event.number) ?? 0) + 1)
          attempts.set(event.number, event.attempt)
        } else if ('attempt' in event && event.type !== 'observation-added') {
          expect(event.attempt).toBe(attempts.get(event.number))
        }
      }
    })
  })

  it('every event may follow what came before, by rules told apart from the scripts', async () => {
    await forRandomPlays(async (id) => {
      let snapshot: StudySnapshot | undefined
      for (const event of await stores[0].readJournal(id)) {
        expect(checkEvent(snapshot, event)).toBeUndefined()
        snapshot = applyEvent(snapshot, event)
      }
    })
  })

  it('counts, places and pages agree with the snapshot', async () => {
    await forRandomPlays(async (id, parallel) => {
      const [store] = stores
      const snapshot = await store.loadSnapshot(id)
      const { study, counts, revision } = await store.getStudy(id)
      const places = await store.places(id)
      const first = await store.listTrials(id, { limit: 4 })
      const rest =
        first.nextCursor && (await store.listTrials(id, { limit: 9, after: Number(first.nextCursor) }))

      const of = (state: string) => snapshot.trials.filter((trial) => trial.state === state).length
      const room =
        study.state === 'running'
          ? Math.min(parallel - inFlight(snapshot), study.definition.limits.trials! - snapshot.trials.length)
          : 0
      expect({ study, revision }).toEqual({ study: snapshot.study, revision: snapshot.revision })
      expect(counts).toEqual(Object.fromEntries(Object.keys(counts).map((state) => [state, of(state)])))
      expect(places).toMatchObject({
        room,
        waiting: snapshot.waiting.length,
        nextIndex: snapshot.trials.length,
      })
      expect([...first.items, ...(rest ? rest.items : [])]).toEqual(snapshot.trials)
      expect(await store.inFlight(id)).toHaveLength(inFlight(snapshot))
    })
  })

  it('a study is finished just when nothing more can come', async () => {
    await forRandomPlays(async (id) => {
      const { study, trials } = await stores[0].loadSnapshot(id)
      const isOver = trials.every(({ state }) => isTrialFinished(state))
      const hasEnded = study.state === 'completed' || study.state === 'failed'
      if (study.state === 'stopping') expect(isOver).toBe(false)
      else expect(hasEnded).toBe(isOver && (trials.length === TRIALS || study.endReason !== undefined))
    })
  })
})
