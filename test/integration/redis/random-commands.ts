import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import type { StudyId } from '../../../src/domain/ids.ts'
import type { EndCode } from '../../../src/domain/study.ts'
import type { StudyStore } from '../../../src/services/ports/study-store.ts'
import { aProposal } from './study-fixture.ts'

/** Random commands to a store, legal and illegal, doubled and stale, from two clients at once. */
export const TRIALS = 3
const number = fc.integer({ min: 0, max: TRIALS })
const attempt = fc.integer({ min: 1, max: 3 })
// What rounds badly, at both ends of the range, and anything else.
const float = fc.oneof(
  fc.constantFrom(0.1 + 0.2, 1e-300, 5e-324, Number.MAX_VALUE, -1e22, 123456789012345.67),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const metrics = fc.record({ loss: float })
const HALF_SURROGATES = ['\ud800', '\\ud800', '\\\udfff', 'a\udbff\\b']
const text = fc.oneof(fc.string(), fc.constantFrom(...HALF_SURROGATES))
const outcome = fc.oneof(
  fc.record({ state: fc.constant('completed' as const), metrics }),
  fc.record({ state: fc.constant('completed' as const) }),
  fc.record({ state: fc.constantFrom('failed' as const, 'infeasible' as const), reason: text }),
  fc.record({ state: fc.constant('pruned' as const), reason: text, metrics }),
)
const reason = fc.record({
  code: fc.constantFrom<EndCode>('stopped', 'time-limit', 'proposal-failed'),
  message: fc.oneof(fc.string({ unit: 'binary' }), text),
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

// Of other metrics from report to report, and with steps of one byte and of more.
const step = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(127, 128, 20_000, 2 ** 40))
const reported = fc.record({ loss: float, 'ü "\\': float }, { requiredKeys: [] })
const reports = fc.array(fc.record({ step, metrics: reported }), { maxLength: 3 })
const report = reports.map(
  (some): OnAttempt =>
    (store, id, n, a) =>
      store.reportValues(id, n, a, some),
)
const release = fc.option(fc.uint8Array(), { nil: undefined }).map(
  (checkpoint): OnAttempt =>
    (store, id, n, a) =>
      store.releaseTrial(id, n, a, checkpoint),
)
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
/** Its study pauses and goes on between two reports of one attempt. */
const pauseBetween = reports.map(
  (some): Command =>
    async (store, id) => {
      const held = (await store.loadSnapshot(id)).trials.find(({ state }) => state === 'running')
      await store.pauseStudy(id)
      if (held) await store.reportTrial(id, held.number, held.attempt, some)
      await store.resumeStudy(id)
      return held && store.reportTrial(id, held.number, held.attempt, some)
    },
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
/** As of the space that was there before it became another one, and as of the present one. */
const enqueueBySight = fc.tuple(float, editSpace).map(
  ([x, change]): Command =>
    async (store, id) => {
      const { study, revision } = await store.getStudy(id)
      await change(store, id)
      const { study: changed } = await store.getStudy(id)
      const isTaken = await store.enqueueTrials(id, [{ params: { x } }], revision)
      // A change to what there is already is none.
      const { searchSpace } = study.definition
      if (isTaken && !isDeepStrictEqual(changed.definition.searchSpace, searchSpace))
        throw new Error('Another space took it.')
      return store.enqueueTrials(id, [{ params: { x } }], (await store.getStudy(id)).revision)
    },
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
const archive = fc.constant<Command>((store, id) => store.archiveJournal(id))
const pause = fc.constant<Command>((store, id) => store.pauseStudy(id))
const resume = fc.constant<Command>((store, id) => store.resumeStudy(id))
const stop = reason.map(
  (why): Command =>
    (store, id) =>
      store.stopStudy(id, why),
)
const cancelIdle = fc.constant<Command>((store, id) => store.cancelIdle(id))
/** By a look that is old by then. */
const stopBySight = fc.tuple(reason, fc.oneof(commitNext, editSpace, startQueued)).map(
  ([why, meanwhile]): Command =>
    async (store, id) => {
      const seen = await store.loadSnapshot(id)
      await meanwhile(store, id)
      return store.stopStudy(id, why, seen)
    },
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
  { weight: 2, arbitrary: enqueueBySight },
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
  { weight: 2, arbitrary: stop },
  { weight: 1, arbitrary: cancelIdle },
  { weight: 1, arbitrary: stopBySight },
  { weight: 1, arbitrary: edit },
  { weight: 2, arbitrary: editSpace },
  { weight: 6, arbitrary: stopTrial },
  { weight: 6, arbitrary: archive },
)

/** Of a study that others train; what is sent to the other kind as well is refused there. */
const externalCommand = fc.oneof(
  { weight: 12, arbitrary: take },
  { weight: 12, arbitrary: commitAsked },
  { weight: 14, arbitrary: tell },
  { weight: 12, arbitrary: reportLeased },
  { weight: 2, arbitrary: pause },
  { weight: 4, arbitrary: resume },
  { weight: 4, arbitrary: pauseBetween },
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
export type Step = ReturnType<typeof stepOf> extends fc.Arbitrary<infer S> ? S : never

export interface Play {
  readonly steps: readonly Step[]
  readonly parallel: number
  readonly isExternal: boolean
}
export const anyPlay: fc.Arbitrary<Play> = fc.boolean().chain((isExternal) =>
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
