import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkEvent } from '../../../src/domain/check-event.ts'
import { HoneError } from '../../../src/domain/errors.ts'
import { applyEvent, type StudyEvent, type StudySnapshot } from '../../../src/domain/events.ts'
import type { StudyId } from '../../../src/domain/ids.ts'
import type { EndCode } from '../../../src/domain/study.ts'
import { isTrialFinished } from '../../../src/domain/trial.ts'
import type { StudyStore } from '../../../src/services/ports/study-store.ts'
import { withRedis } from '../../support/redis.ts'
import { anotherStore, aProposal, aStore, aStudy, createStudy } from './study-fixture.ts'

/**
 * Random commands, legal and illegal, doubled and stale, from two clients at once. There is no model to repeat the
 * scripts' rules: the journal is the model.
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

const TRIALS = 3
const number = fc.integer({ min: 0, max: TRIALS })
const attempt = fc.integer({ min: 1, max: 3 })
// What rounds badly, at both ends of the range, and anything else.
const float = fc.oneof(
  fc.constantFrom(0.1 + 0.2, 1e-300, 5e-324, Number.MAX_VALUE, -1e22, 123456789012345.67),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const metrics = fc.record({ loss: float })
const outcome = fc.oneof(
  fc.record({ state: fc.constant('completed' as const), metrics }),
  fc.record({ state: fc.constant('completed' as const) }),
  fc.record({ state: fc.constantFrom('failed' as const, 'infeasible' as const), reason: fc.string() }),
  fc.record({ state: fc.constant('pruned' as const), reason: fc.string(), metrics }),
)
const reason = fc.record({
  code: fc.constantFrom<EndCode>('stopped', 'time-limit', 'proposal-failed'),
  message: fc.string({ unit: 'binary' }),
})

type Command = (store: StudyStore, id: StudyId) => Promise<unknown>
type OnAttempt = (store: StudyStore, id: StudyId, number: number, attempt: number) => Promise<unknown>

/** Sends it to whatever trial and attempt, which is mostly refused. */
const blindly = (send: fc.Arbitrary<OnAttempt>): fc.Arbitrary<Command> =>
  fc.tuple(send, number, attempt).map(
    ([call, n, a]) =>
      (store, id) =>
        call(store, id, n, a),
  )
/** Sends it to a running trial's attempt, unless that ends meanwhile. */
const aimed = (send: fc.Arbitrary<OnAttempt>): fc.Arbitrary<Command> =>
  fc.tuple(send, number).map(([call, pick]) => async (store, id) => {
    const { trials } = await store.loadSnapshot(id)
    const running = trials.filter(({ state }) => state === 'running')
    const trial = running[pick % running.length]
    return trial && call(store, id, trial.number, trial.attempt)
  })

const reports = fc.array(fc.record({ step: fc.integer({ min: 1, max: 9 }), metrics }), { maxLength: 3 })
const report = reports.map(
  (some): OnAttempt =>
    (store, id, n, a) =>
      store.reportValues(id, n, a, some),
)
const release = fc.constant<OnAttempt>((store, id, n, a) => store.releaseTrial(id, n, a))
const finish = outcome.map(
  (end): OnAttempt =>
    (store, id, n, a) =>
      store.finishTrial(id, n, a, end),
)

const ATTEMPT_OR_NONE = fc.integer({ min: 0, max: 3 })
const asked = fc.record({
  worker: fc.constantFrom('one', 'two', 'ü "\\'),
  count: fc.integer({ min: 0, max: 2 }),
  // Every lease but the first has run out: the clock moves a millisecond a look.
  leaseMs: fc.constantFrom(0, 1_000_000),
})
const take = fc.tuple(asked, fc.boolean()).map(
  ([who, ownOnly]): Command =>
    (store, id) =>
      store.takeTrials(id, { ...who, ...(ownOnly && { only: 'own' as const }) }),
)
const commitAsked = fc.tuple(asked, float).map(
  ([who, x]): Command =>
    async (store, id) => {
      const { nextIndex, revision } = await store.places(id)
      return store.commitAsked(id, nextIndex, aProposal(x, revision), who)
    },
)
const tell = fc.tuple(number, ATTEMPT_OR_NONE, outcome).map(
  ([n, a, end]): Command =>
    (store, id) =>
      store.tellTrial(id, n, a, end),
)
const reportLeased = fc.tuple(number, ATTEMPT_OR_NONE, reports).map(
  ([n, a, some]): Command =>
    (store, id) =>
      store.reportTrial(id, n, a, some),
)
const stopTrial = number.map(
  (n): Command =>
    (store, id) =>
      store.stopTrial(id, n),
)

const commitNext = fc.array(float, { minLength: 1, maxLength: 3 }).map(
  (xs): Command =>
    async (store, id) => {
      const { nextIndex, revision } = await store.places(id)
      return store.commitProposals(
        id,
        nextIndex,
        xs.map((x) => aProposal(x, revision)),
      )
    },
)
const commitAny = fc.tuple(number, float).map(
  ([n, x]): Command =>
    (store, id) =>
      store.commitProposals(id, n, [aProposal(x)]),
)
const enqueue = float.map(
  (x): Command =>
    (store, id) =>
      store.enqueueTrials(id, [{ params: { x, odd: '"}], ü \u2028 \\' } }]),
)
const importResult = fc.tuple(float, metrics).map(
  ([x, values]): Command =>
    (store, id) =>
      store.enqueueTrials(id, [{ params: { x }, outcome: { state: 'completed', metrics: values } }]),
)
const edit = fc.tuple(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: TRIALS })).map(
  ([name, trials]): Command =>
    (store, id) =>
      store.editStudy(id, async ({ limits }) => ({ changes: { name, limits: { ...limits, trials } } })),
)
const editSpace = fc.tuple(fc.constantFrom('y', 'z'), float).map(
  ([name, standard]): Command =>
    (store, id) =>
      store.editStudy(id, async ({ searchSpace: { parameters, constraints } }) => {
        const added = { name, type: 'categorical', choices: [standard], default: standard } as const
        const others = parameters.filter((other) => other.name !== name)
        const known = parameters.find((other) => other.name === name)
        return { changes: { searchSpace: { parameters: [...others, known ?? added], constraints } } }
      }),
)
const start = fc.tuple(number, fc.string({ unit: 'binary' })).map(
  ([n, worker]): Command =>
    (store, id) =>
      store.startTrial(id, n, worker),
)
const startQueued = fc.constant<Command>(async (store, id) => {
  const queued = (await store.inFlight(id)).find(({ state }) => state === 'queued')
  return queued && store.startTrial(id, queued.number, 'aimed')
})
const dispatch = fc.constant<Command>((store, id) => store.dispatchWaiting(id))
const pause = fc.constant<Command>((store, id) => store.pauseStudy(id))
const resume = fc.constant<Command>((store, id) => store.resumeStudy(id))
const stop = reason.map(
  (why): Command =>
    (store, id) =>
      store.stopStudy(id, why),
)
const test = fc.tuple(number, metrics).map(
  ([n, values]): Command =>
    (store, id) =>
      store.recordTest(id, n, values),
)

const command = fc.oneof(
  { weight: 16, arbitrary: commitNext },
  { weight: 4, arbitrary: commitAny },
  { weight: 6, arbitrary: enqueue },
  { weight: 2, arbitrary: importResult },
  { weight: 6, arbitrary: dispatch },
  { weight: 16, arbitrary: startQueued },
  { weight: 6, arbitrary: start },
  { weight: 16, arbitrary: aimed(report) },
  { weight: 6, arbitrary: aimed(release) },
  { weight: 16, arbitrary: aimed(finish) },
  { weight: 12, arbitrary: blindly(fc.oneof(report, release, finish)) },
  { weight: 2, arbitrary: pause },
  { weight: 6, arbitrary: resume },
  { weight: 1, arbitrary: test },
  { weight: 1, arbitrary: stop },
  { weight: 1, arbitrary: edit },
  { weight: 2, arbitrary: editSpace },
  { weight: 2, arbitrary: stopTrial },
)

/** Of a study that others train; what is sent to the other kind as well is refused there. */
const externalCommand = fc.oneof(
  { weight: 12, arbitrary: take },
  { weight: 12, arbitrary: commitAsked },
  { weight: 14, arbitrary: tell },
  { weight: 12, arbitrary: reportLeased },
  { weight: 8, arbitrary: command },
)

/** Who sends it, and whether it is sent twice at once. */
const stepOf = (sent: fc.Arbitrary<Command>) =>
  fc.record({
    command: sent,
    client: fc.constantFrom<0 | 1>(0, 1),
    isDoubled: fc.boolean(),
    isAwaited: fc.boolean(),
  })
type Step = ReturnType<typeof stepOf> extends fc.Arbitrary<infer S> ? S : never

interface Play {
  readonly steps: readonly Step[]
  readonly parallel: number
  readonly isExternal: boolean
}
const anyPlay: fc.Arbitrary<Play> = fc.boolean().chain((isExternal) =>
  fc.record({
    steps: fc.array(stepOf(isExternal ? externalCommand : command), {
      minLength: 20,
      maxLength: 80,
      size: 'max',
    }),
    parallel: fc.integer({ min: 1, max: 4 }),
    isExternal: fc.constant(isExternal),
  }),
)

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
  'trial-proposed',
  'trial-released',
  'trial-started',
  'trial-stop-requested',
  'values-reported',
]

describe('after any commands, legal or not', () => {
  it('the commands reach every kind of event and every end', async () => {
    const seen = new Set<string>()
    await forRandomPlays(async (id) => {
      for (const event of await stores[0].readJournal(id)) seen.add(event.type).add(endOf(event))
    }, 200)

    // The rarest comes in a tenth of the plays: 200 without it are rarer than 1 in 1e8.
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
        } else if (event.type === 'values-reported' || event.type === 'trial-released') {
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
