import { describe, expect, it } from 'vitest'
import type { Metric, MetricValues } from '../../../src/domain/metric.ts'
import type { PrunerSpec } from '../../../src/domain/study.ts'
import type { Trial } from '../../../src/domain/trial.ts'
import { pruningOf, shouldPrune } from '../../../src/optimizer/should-prune.ts'
import { aStudyOf, aTrial, reportsOf } from '../../support/curves.ts'

const KINDS = ['auto', 'median', 'successive-halving'] as const
const EARLY = { minSteps: 1, minTrials: 3 } as const

/** From a value down to a half of it in ten steps. */
const halving = (from: number) => Array.from({ length: 10 }, (_, i) => from * (1 - 0.05 * (i + 1)))
const completed = (number: number, from: number) => aTrial(number, 'completed', halving(from), from / 2)
const FIVE = [10, 12, 14, 16, 18].map((from, i) => completed(i, from))

function judged(pruner: PrunerSpec, values: readonly number[], trials: readonly Trial[] = FIVE) {
  const number = trials.length
  return shouldPrune(
    aStudyOf([...trials, aTrial(number, 'running', [])], pruner),
    number,
    reportsOf(...values),
  )
}

describe('shouldPrune', () => {
  it.each(KINDS)('%s gives up what is far behind, and lets the best go on', (kind) => {
    expect(judged({ kind, ...EARLY }, [90])?.pruning).toMatchObject({ step: 1, revision: 77 })
    expect(judged({ kind, ...EARLY }, [9])).toBeUndefined()
  })

  it.each(KINDS)('%s goes by the other goal as well', (kind) => {
    const turned = FIVE.map((trial) => ({
      ...trial,
      metrics: { value: -trial.metrics!.value! },
      curve: trial.curve!.map(({ step, metrics }) => ({ step, metrics: { value: -metrics.value! } })),
    }))
    const metrics = [{ name: 'value', goal: 'maximize' } as const]
    const study = aStudyOf([...turned, aTrial(5, 'running', [])], { kind, ...EARLY }, { metrics })

    const down = judged({ kind, ...EARLY }, [90])!.pruning.expected!
    expect(shouldPrune(study, 5, reportsOf(-90))?.pruning.expected).toEqual({
      ...down,
      metrics: { value: -down.metrics.value! },
    })
    expect(shouldPrune(study, 5, reportsOf(-9))).toBeUndefined()
  })

  it.each(KINDS)('%s waits for enough completed trials, for the first step, and for no end', (kind) => {
    expect(judged({ kind }, [90], FIVE.slice(0, 4))).toBeUndefined()
    expect(judged({ kind, minSteps: 3 }, [90, 90])).toBeUndefined()
    expect(judged({ kind, minSteps: 3 }, [90, 90, 90])).toBeDefined()
    expect(judged({ kind, minSteps: 10 }, Array(10).fill(90))).toBeUndefined()
  })

  it('judges nothing by a report that lacks the objective', () => {
    const study = aStudyOf([...FIVE, aTrial(5, 'running', [])], { kind: 'median', ...EARLY })

    expect(shouldPrune(study, 5, [...reportsOf(90), { step: 2, metrics: { other: 1 } }])).toBeUndefined()
  })

  it('gives no run up that is to confirm a value', () => {
    const rationale = { acquisition: -1, intent: 'confirm' } as const
    const running = aTrial(5, 'running', [])
    const again = { ...running, origin: { ...running.origin, rationale } }
    const study = aStudyOf([...FIVE, again], { kind: 'median', ...EARLY })

    expect(shouldPrune(study, 5, reportsOf(90))).toBeUndefined()
  })

  it('gives nothing up without a pruner', () => {
    expect(judged({ kind: 'none' }, [90])).toBeUndefined()
  })

  it('tells what the trial would have come to', () => {
    const { reason, pruning } = judged({ kind: 'auto' }, [90])!

    expect(reason).toBe('After step 1 it was not expected to become the best any more.')
    expect(pruning.expected!.metrics.value).toBeLessThan(90)
    expect(pruning.expected!.standardErrors.value).toBeGreaterThan(0)
  })
})

const LOSS = { name: 'value', goal: 'minimize' } as const
const SMALL = { name: 'size', role: 'constraint', max: 100 } as const
const SIZE = { name: 'size', goal: 'minimize' } as const

/** The same trials, of these sizes, and one more that has come to a value at its first step. */
function judgedOfSizes(
  kind: (typeof KINDS)[number],
  metrics: Metric[],
  sizes: number[],
  own: [number, number],
) {
  const withSize = (size: number, told: MetricValues) => ({ ...told, size })
  const trials = sizes.map((size, i) => ({
    ...FIVE[i]!,
    metrics: withSize(size, FIVE[i]!.metrics!),
    curve: FIVE[i]!.curve!.map(({ step, metrics: told }) => ({ step, metrics: withSize(size, told) })),
  }))
  const study = aStudyOf([...trials, aTrial(5, 'running', [])], { kind, ...EARLY }, { metrics })
  const [value, size] = own
  return shouldPrune(study, 5, [{ step: 1, metrics: { value, size } }])
}

describe('a pruner of a study with bounds', () => {
  it.each(KINDS)('%s holds no trial that keeps to them against one that does not', (kind) => {
    const judged = (value: number, size: number) =>
      judgedOfSizes(kind, [LOSS, SMALL], [300, 300, 200, 200, 90], [value, size])

    // The only one that keeps to them came from 18 to 9.
    expect(judged(14, 90)).toBeUndefined()
    expect(judged(90, 300)).toBeDefined()
  })

  it('of kind auto gives up what will hardly keep to them, once another does', () => {
    const judged = (sizes: number[]) => judgedOfSizes('auto', [LOSS, SMALL], sizes, [1, 101])

    expect(judged([300, 300, 200, 200, 90])?.pruning.expected).toEqual({
      metrics: { value: expect.any(Number), size: 101 },
      standardErrors: { value: expect.any(Number), size: 0 },
    })
    expect(judged([300, 300, 200, 200, 110])).toBeUndefined()
  })

  it('judges nothing by a report that lacks the bounded metric', () => {
    const study = aStudyOf(
      [...FIVE, aTrial(5, 'running', [])],
      { kind: 'auto', ...EARLY },
      { metrics: [LOSS, SMALL] },
    )

    expect(shouldPrune(study, 5, reportsOf(90))).toBeUndefined()
  })
})

describe('a pruner of a study of several objectives', () => {
  it.each(KINDS)('%s gives up what others beat in all of them, and lets trade-offs go on', (kind) => {
    const judged = (value: number, size: number) =>
      judgedOfSizes(kind, [LOSS, SIZE], [50, 40, 30, 20, 10], [value, size])

    expect(judged(90, 60)).toBeDefined()
    expect(judged(9, 60)).toBeUndefined()
    expect(judged(90, 5)).toBeUndefined()
  })

  it('says that none of the best trade-offs is to be expected', () => {
    expect(judgedOfSizes('auto', [LOSS, SIZE], [50, 40, 30, 20, 10], [90, 60])?.reason).toBe(
      'After step 1 it was not expected to become one of the best trade-offs any more.',
    )
  })
})

describe('the median pruner', () => {
  it('goes by the completed trials alone', () => {
    const running = [1, 2, 3, 4, 5, 6].map((value, i) => aTrial(5 + i, 'running', [value]))
    const trials = [...FIVE, ...running]

    expect(judged({ kind: 'median', ...EARLY }, [13], trials)).toBeUndefined()
    expect(judged({ kind: 'median', ...EARLY }, [13.4], trials)?.reason).toBe(
      'After step 1 it was worse than the median of the 5 trials that completed.',
    )
  })
})

describe('successive halving', () => {
  const spec = { kind: 'successive-halving', ...EARLY } as const

  it('judges at the rungs, and where one was passed over', () => {
    const steps = Array.from({ length: 9 }, (_, i) => i + 1)

    expect(steps.filter((step) => judged(spec, Array(step).fill(90)))).toEqual([1, 3, 9])
    const study = aStudyOf([...FIVE, aTrial(5, 'running', [])], spec)
    const jump = [...reportsOf(10), { step: 5, metrics: { value: 9.5 } }]
    expect(shouldPrune(study, 5, jump)?.reason).toBe(
      'After step 5 it was number 3 of 6, of which the best 2 go on.',
    )
  })

  it('lets the best third go on, of all that came so far, running and failed ones too', () => {
    const more = [aTrial(5, 'running', [1]), aTrial(6, 'failed', []), aTrial(7, 'failed', [])]

    // Nine with this one: the best three go on, and ties do.
    expect(judged(spec, [9.5], [...FIVE, ...more])).toBeUndefined()
    expect(judged(spec, [halving(12)[0]!], [...FIVE, ...more])).toBeUndefined()
    expect(judged(spec, [11.5], [...FIVE, ...more])?.reason).toContain('number 4 of 9')
    expect(judged({ ...spec, reductionFactor: 2 }, [11.5], [...FIVE, ...more])).toBeUndefined()
  })
})

describe('pruningOf', () => {
  it('says of a trial that somebody gave up how far it was, and what it would have come to', () => {
    const trials = [...FIVE, aTrial(5, 'running', [15, 14])]

    const { step, expected } = pruningOf(aStudyOf(trials, { kind: 'median' }), 5)!

    expect(step).toBe(2)
    expect(expected!.metrics.value).toBeCloseTo(14 - (4 * 14) / 9, 0)
  })

  it('knows nothing of one that has not reported', () => {
    expect(pruningOf(aStudyOf([...FIVE, aTrial(5, 'running', [])], { kind: 'median' }), 5)).toBeUndefined()
  })
})
