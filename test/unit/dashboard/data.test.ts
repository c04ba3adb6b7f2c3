import { describe, expect, it } from 'vitest'
import { linearAxis, logAxis, objectiveAxis, parameterAxis } from '../../../dashboard/data/axis.ts'
import { columnNamed, columnsOf } from '../../../dashboard/data/columns.ts'
import { parseFilter, sortTrials } from '../../../dashboard/data/filter.ts'
import {
  digitsToTell,
  formatAge,
  formatDuration,
  formatEstimates,
  formatValue,
} from '../../../dashboard/data/format.ts'
import { bestSoFar, isOfUse, paretoOf, usefulRange, valuesOf } from '../../../dashboard/data/history.ts'
import { pythonJob } from '../../../dashboard/data/python-job.ts'
import { cutEvents } from '../../../dashboard/data/server-events.ts'
import { applyEvents, EMPTY, liveCurveOf } from '../../../dashboard/data/trial-table.ts'
import type { StudyEventView, TrialRow, TrialView } from '../../../dashboard/data/types.ts'

const completed = (
  number: number,
  metrics: Record<string, number>,
  params: TrialRow['params'] = {},
): TrialRow => ({
  number,
  state: 'completed',
  params,
  metrics,
})

describe('the history of a study', () => {
  const rows = [
    completed(0, { loss: 3 }),
    completed(1, { loss: 1 }),
    completed(2, { loss: 2 }),
    completed(3, { loss: 0.5 }),
  ]

  it('is the trials that were better than all before, either way', () => {
    const numbers = (goal: 'minimize' | 'maximize') =>
      bestSoFar(valuesOf(rows, 'loss'), { goal }).map(({ number }) => number)

    expect(numbers('minimize')).toEqual([0, 1, 3])
    expect(numbers('maximize')).toEqual([0])
  })

  it('leaves out what has not completed, or has no such metric', () => {
    const failed: TrialRow = { number: 4, state: 'failed', params: {}, metrics: { loss: 0 } }

    expect(valuesOf([...rows, failed, completed(5, { other: 1 })], 'loss')).toHaveLength(4)
  })

  it('takes for the best only what has completed within all outcome constraints', () => {
    const metrics = [
      { name: 'loss', goal: 'minimize' },
      { name: 'size', role: 'constraint', max: 10 },
    ] as const
    const told = [completed(0, { loss: 1, size: 11 }), completed(1, { loss: 2, size: 10 })]
    const pruned: TrialRow = { number: 2, state: 'pruned', params: {}, metrics: { loss: 0, size: 1 } }

    expect([...told, pruned].map((row) => isOfUse(row, [...metrics]))).toEqual([false, true, false])
  })

  it('has a front of trials that none beats in both objectives', () => {
    const points = [
      [1, 5],
      [2, 2],
      [3, 3],
      [4, 1],
      [1, 6],
    ] as const
    const both = points.map(([a, b], i) => completed(i, { a, b }))

    const front = paretoOf(both, [
      { name: 'a', goal: 'minimize' },
      { name: 'b', goal: 'minimize' },
    ])
    expect(front.map(({ number }) => number)).toEqual([0, 1, 3])
  })

  it('trades off all objectives, not the first two alone', () => {
    const three = [
      [1, 1, 5],
      [2, 2, 9],
      [2, 2, 4],
    ].map(([a, b, c], i) => completed(i, { a: a!, b: b!, c: c! }))

    const front = paretoOf(three, [
      { name: 'a', goal: 'minimize' },
      { name: 'b', goal: 'minimize' },
      { name: 'c', goal: 'maximize' },
    ])
    expect(front.map(({ number }) => number)).toEqual([0, 1])
  })

  it('is drawn in a range that one terrible value does not press together', () => {
    const values = [...Array.from({ length: 99 }, (_, i) => i), 1e9]

    expect(usefulRange(values)[1]).toBeLessThan(1000)
    expect(usefulRange([2, 2])).toEqual([1.5, 2.5])
  })

  it('is drawn with its best values, however far they are from the others', () => {
    const values = [-1e6, ...Array.from({ length: 98 }, (_, i) => i), 1e6]

    const [least, bad] = usefulRange(values, 'minimize')
    const [worst, most] = usefulRange(values, 'maximize')
    expect([least, most]).toEqual([-1e6, 1e6])
    expect(bad).toBeLessThan(1000)
    expect(worst).toBeGreaterThan(-1000)
  })
})

describe('an axis', () => {
  it('has marks that can be told apart', () => {
    const labels = linearAxis(1234, 1234.4).ticks.map(({ label }) => label)
    expect(labels).toEqual(['1234', '1234.1', '1234.2', '1234.3', '1234.4'])
    const inner = linearAxis(0.02, 0.98).ticks.map(({ label }) => label)
    expect(inner).toEqual(['0.2', '0.4', '0.6', '0.8'])
  })

  it('is logarithmic where the parameter is, and a place a choice', () => {
    const rate = parameterAxis({ name: 'r', type: 'float', min: 1e-4, max: 1, scale: 'log' })
    const optimizer = parameterAxis({ name: 'o', type: 'categorical', choices: ['sgd', 'adam'] })

    expect(rate.position(0.01)).toBeCloseTo(0.5, 12)
    expect(rate.ticks.map(({ label }) => label)).toEqual(['1e-4', '0.001', '0.01', '0.1', '1'])
    expect([optimizer.position('sgd'), optimizer.position('adam')]).toEqual([0.25, 0.75])
  })

  it('is logarithmic too where a linear range has so many decades that the optimizer takes its logarithm', () => {
    const range = { name: 'r', type: 'float', max: 1, scale: 'linear' } as const

    expect(parameterAxis({ ...range, min: 1e-4 }).position(0.01)).toBeCloseTo(0.5, 12)
    expect(parameterAxis({ ...range, min: 0.01 }).position(0.505)).toBeCloseTo(0.5, 12)
  })

  it('is logarithmic where the objective is, with a 0 at its lower end or below', () => {
    const axis = objectiveAxis({ scale: 'log' }, [1e-4, 0.01, 1, 0])

    expect([1e-4, 0.01, 1].map(axis.position)).toEqual([0, 0.5, 1].map((at) => expect.closeTo(at, 12)))
    expect(axis.position(0)).toBeLessThan(0)
    expect(objectiveAxis({}, [0, 0.5, 1]).position(0.25)).toBe(0.25)
  })

  it('has whole marks for whole numbers, and its ends within one decade', () => {
    expect(linearAxis(1, 3, 1).ticks.map(({ label }) => label)).toEqual(['1', '2', '3'])
    expect(logAxis(64, 256).ticks.map(({ label }) => label)).toEqual(['64', '256'])
  })
})

describe('the table of trials', () => {
  it('has what a trial had reported before the page was opened, and no report twice', () => {
    const trial = {
      number: 4,
      curve: { step: [1, 2], loss: [3, 2], size: [null, 7] },
    } as unknown as TrialView
    const live = new Map([[4, liveCurveOf(trial)]])
    const reported = {
      type: 'values-reported',
      number: 4,
      reports: [
        { step: 2, metrics: { loss: 2 } },
        { step: 3, metrics: { loss: 1 } },
      ],
    } as unknown as StudyEventView

    expect(applyEvents({ rows: [], live }, [reported]).live.get(4)).toEqual([
      { step: 1, metrics: { loss: 3 } },
      { step: 2, metrics: { loss: 2, size: 7 } },
      { step: 3, metrics: { loss: 1 } },
    ])
  })

  const rows = [
    completed(0, { loss: 3 }, { rate: 0.1, optimizer: 'sgd' }),
    completed(1, { loss: 1 }, { rate: 0.001, optimizer: 'adam' }),
    { number: 2, state: 'running', params: { rate: 0.01, optimizer: 'adam' } } as TrialRow,
  ]
  const numbers = (found: readonly TrialRow[]) => found.map(({ number }) => number)
  const columnsFor = (metric: string, ...names: string[]) => {
    const parameters = names.map(
      (name) => ({ name, type: 'float', min: 0, max: 1, scale: 'linear' }) as const,
    )
    const metrics = [{ name: metric, goal: 'minimize' } as const]
    return columnsOf({ metrics, searchSpace: { parameters, constraints: [] } }, true)
  }
  const columns = columnsFor('loss', 'rate', 'optimizer')
  const filtered = (all: readonly TrialRow[], query: string, of = columns) =>
    numbers(all.filter(parseFilter(query, of).test))
  const sorted = (all: readonly TrialRow[], name: string, isDescending: boolean, of = columns) =>
    numbers(sortTrials(all, columnNamed(of, name)!, isDescending))

  it.each([
    ['', [0, 1, 2]],
    ['completed', [0, 1]],
    ['rate<0.05 optimizer=adam', [1, 2]],
    ['loss>=2', [0]],
    ['loss >= 2 completed', [0]],
    ['optimizer != "adam"', [0]],
    ['optimizer == adam state != running', [1]],
    ['rate = 1e-1', [0]],
    ['"adam"', [1, 2]],
    ['nothing', []],
  ])('is filtered by "%s"', (query, expected) => {
    expect(filtered(rows, query)).toEqual(expected)
  })

  it('is filtered by values with spaces in quotes, and by why trials ended', () => {
    const failed: TrialRow = {
      number: 3,
      state: 'failed',
      params: { optimizer: 'adam w' },
      reason: 'CUDA out of memory',
    }

    expect(filtered([...rows, failed], 'optimizer="adam w"')).toEqual([3])
    expect(filtered([...rows, failed], 'cuda')).toEqual([3])
    expect(filtered([...rows, failed], 'reason = "CUDA out of memory"')).toEqual([3])
  })

  it('says which names of a filter no column has', () => {
    expect(parseFilter('rate<1 rade<1', columns).unknown).toEqual(['rade'])
    expect(filtered(rows, 'rade<1')).toEqual([])
  })

  it('tells a metric from a parameter of the same name, and from what each trial has', () => {
    const both = columnsFor('size', 'size', 'state')
    const names = ['number', 'state', 'metric.size', 'parameter.size', 'parameter.state', 'reason']
    expect(both.map(({ name }) => name)).toEqual(names)
    const row = completed(0, { size: 1 }, { size: 2 })

    expect(filtered([row], 'metric.size=1 parameter.size=2', both)).toEqual([0])
  })

  it('is sorted by any column, what lacks it last either way', () => {
    expect(sorted(rows, 'loss', false)).toEqual([1, 0, 2])
    expect(sorted(rows, 'loss', true)).toEqual([0, 1, 2])
    expect(sorted(rows, 'optimizer', true)).toEqual([0, 1, 2])
  })

  it('has nothing in a column that a trial lacks, whatever it is called', () => {
    const named = [completed(0, { loss: 1 }), completed(1, { loss: 2 }, { toString: 3 })]

    const of = columnsFor('loss', 'toString')
    expect(sorted(named, 'toString', true, of)).toEqual([1, 0])
    expect(filtered(named, 'toString>2', of)).toEqual([1])
  })

  it('stays the same while trials only report, so that nothing is drawn anew', () => {
    const table = { rows: [completed(0, { loss: 1 })], live: new Map() }
    const reported = { type: 'values-reported', number: 1, reports: [{ step: 1, metrics: { loss: 2 } }] }

    expect(applyEvents(table, [reported as unknown as StudyEventView]).rows).toBe(table.rows)
  })

  it('tells that a trial is paused and goes on, and nothing of one that has ended', () => {
    const told = (type: string) => [{ type, number: 0 } as StudyEventView]
    const running: TrialRow = { number: 0, state: 'running', params: {} }
    const paused = applyEvents({ rows: [running], live: new Map() }, told('trial-paused'))

    expect(paused.rows[0]!.state).toBe('paused')
    expect(applyEvents(paused, told('trial-resumed')).rows[0]!.state).toBe('running')
    expect(applyEvents(paused, told('trial-released')).rows[0]!.state).toBe('queued')
    const ended = { rows: [completed(0, { loss: 1 })], live: new Map() }
    expect(applyEvents(ended, told('trial-paused')).rows).toEqual(ended.rows)
  })

  it('follows the events, and takes those that it has already for nothing new', () => {
    const at = '2026-01-01T00:00:00.000Z'
    const origin = { sampler: 'random', version: 1, phase: 'startup', revision: 1 } as const
    const events = [
      { type: 'trial-proposed', revision: 2, at, number: 0, params: { x: 1 }, origin },
      { type: 'trial-started', revision: 3, at, number: 0, attempt: 1, worker: 'w' },
      {
        type: 'values-reported',
        revision: 4,
        at,
        number: 0,
        attempt: 1,
        reports: [{ step: 1, metrics: { loss: 2 } }],
      },
    ] as StudyEventView[]
    const end = {
      type: 'trial-finished',
      revision: 5,
      at,
      number: 0,
      outcome: { state: 'completed', metrics: { loss: 1 } },
    }

    const running = applyEvents(EMPTY, events)
    expect(running.rows).toMatchObject([{ number: 0, state: 'running', params: { x: 1 } }])
    expect(running.live.get(0)).toEqual([{ step: 1, metrics: { loss: 2 } }])
    const finished = applyEvents(running, [end as StudyEventView])
    expect(finished.rows).toMatchObject([{ state: 'completed', metrics: { loss: 1 } }])
    expect(applyEvents(finished, events).rows).toEqual(finished.rows)
  })
})

describe('an event stream', () => {
  it('is cut into messages wherever it was torn', () => {
    const { events, rest } = cutEvents(
      'retry: 2000\n\n: still here\n\nid: 7-0\ndata: {"a":1}\n\nevent: end\ndata: {}\n\nid: 8',
    )

    expect(events).toEqual([
      { id: '7-0', type: 'message', data: '{"a":1}' },
      { id: '', type: 'end', data: '{}' },
    ])
    expect(rest).toBe('id: 8')
  })
})

describe('numbers', () => {
  it('of a duration are in the largest unit', () => {
    expect([12, 1500, 3_600_000].map(formatDuration)).toEqual(['12 ms', '2 s', '1 h'])
  })

  it('of a column have as many digits as tell them apart', () => {
    const close = [0.98761, 0.98764, 0.98764, undefined]
    expect(close.map((value) => formatValue(value, digitsToTell(close)))).toEqual([
      '0.98761',
      '0.98764',
      '0.98764',
      '–',
    ])
    expect(digitsToTell([0.5, 0.25])).toBe(4)
    expect(digitsToTell([0.1, 0.1 + 1e-16])).toBe(4)
  })

  it('have as many digits as people compare', () => {
    expect([0.0000123456, 0.12345678, 12, 1234567].map((value) => formatValue(value))).toEqual([
      '1.235e-5',
      '0.1235',
      '12',
      '1234567',
    ])
    expect([1e15, 1e-4, 1234567.8].map((value) => formatValue(value))).toEqual(['1e+15', '1e-4', '1.235e+6'])
    const expected = {
      metrics: { loss: 0.31234567, weights: 610 },
      standardErrors: { loss: 0.02, weights: 0 },
    }
    expect(formatEstimates(expected)).toBe('loss 0.3123 ± 0.02 and weights 610')
    expect(formatAge('2026-01-01T00:00:00Z', Date.parse('2026-01-01T03:00:00Z'))).toBe('3 h')
  })
})

describe('what a study asks of a job in Python', () => {
  it('names its id, all parameters and all objectives, whatever they are called', () => {
    const job = pythonJob(
      {
        id: 'st_1',
        metrics: [
          { name: 'top "1"', goal: 'maximize' },
          { name: 'loss', goal: 'minimize' },
          { name: 'size', role: 'store' },
        ],
        searchSpace: { parameters: [{ name: 'x', type: 'int', min: 0, max: 9, scale: 'linear' }] },
      } as unknown as Parameters<typeof pythonJob>[0],
      'http://hone.example',
    )

    expect(job).toContain('study = hone.open_study("st_1", url="http://hone.example")')
    expect(job).toContain('trial.params["x"]')
    expect(job).toContain(String.raw`return {"top \"1\"": ..., "loss": ...}`)
  })
})
