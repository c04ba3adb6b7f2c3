import { describe, expect, it } from 'vitest'
import { checkMetrics, checkResult } from '../../../src/domain/check-metrics.ts'
import {
  errorFromAxis,
  errorToAxis,
  fromAxis,
  isFeasibleOutcome,
  type Metric,
  missingMetrics,
  scoreOf,
  toAxis,
  toMeasured,
} from '../../../src/domain/metric.ts'
import type { FinishedState } from '../../../src/domain/trial.ts'

const loss: Metric = { name: 'loss', goal: 'minimize' }
const accuracy: Metric = { name: 'accuracy', goal: 'maximize' }
const latency: Metric = { name: 'latency', role: 'constraint', max: 5 }
const memory: Metric = { name: 'memory', role: 'constraint', min: 1, max: 2 }
const note: Metric = { name: 'note', role: 'store' }

describe('scoreOf', () => {
  it('is the objective, smaller being better', () => {
    expect(scoreOf([note, loss], { loss: 3, note: 1 })).toBe(3)
    expect(scoreOf([accuracy], { accuracy: 3 })).toBe(-3)
  })

  it('compares only trials that keep to all outcome constraints', () => {
    expect(scoreOf([loss, latency], { loss: 3, latency: 5 })).toBe(3)
    expect(scoreOf([loss, latency], { loss: 3, latency: 5.1 })).toBeUndefined()
    expect(scoreOf([loss, latency], { loss: 3 })).toBeUndefined()
  })

  it('is none where several objectives are traded off', () => {
    expect(scoreOf([loss, accuracy], { loss: 3, accuracy: 1 })).toBeUndefined()
  })
})

describe('the axis of an objective', () => {
  const plain = { goal: 'maximize' } as const
  const falling = { goal: 'minimize', scale: 'log' } as const
  const rising = { goal: 'maximize', scale: 'log' } as const

  it('has smaller values for better ones, and equal distances for equal ratios on a log scale', () => {
    expect(toAxis(plain, 3)).toBe(-3)
    expect(toAxis(falling, 100) - toAxis(falling, 1)).toBeCloseTo(
      toAxis(falling, 1) - toAxis(falling, 0.01),
      12,
    )
    expect(toAxis(rising, 100)).toBe(-Math.log(100))
  })

  it('leads back, with standard errors by their upper end', () => {
    for (const objective of [plain, falling, rising]) {
      expect(fromAxis(objective, toAxis(objective, 0.02))).toBeCloseTo(0.02, 12)
      expect(errorFromAxis(objective, 0.02, errorToAxis(objective, 0.02, 0.03))).toBeCloseTo(0.03, 12)
    }
    expect(errorToAxis(falling, 1, 1)).toBe(Math.LN2)
    expect(errorToAxis(plain, 0.02, 0.03)).toBe(0.03)
  })

  it('has a finite place for 0, and finite values for any place', () => {
    expect(toAxis(falling, 0)).toBeLessThan(toAxis(falling, 1e-300))
    expect(toAxis(rising, 0)).toBeGreaterThan(toAxis(rising, 1e-300))
    expect([toAxis(falling, 0), errorToAxis(falling, 0, 0), errorToAxis(falling, 0, 9)]).toSatisfy(
      (all: number[]) => all.every(Number.isFinite),
    )
    expect([fromAxis(falling, 1e6), errorFromAxis(falling, 3, 1e6)]).toEqual([
      Number.MAX_VALUE,
      Number.MAX_VALUE,
    ])
  })
})

describe('metrics of a trial', () => {
  it('are feasible within all bounds, the bounds included', () => {
    expect(
      [0.9, 1, 2, 2.1, Number.NaN].map((value) => isFeasibleOutcome([loss, memory], { memory: value })),
    ).toEqual([false, true, true, false, false])
  })

  it('are missing where an objective or a constraint has no finite value', () => {
    const metrics = [loss, accuracy, latency, note]
    expect(missingMetrics(metrics, { loss: 1, accuracy: Number.NaN })).toEqual(['accuracy', 'latency'])
    expect(missingMetrics(metrics, { loss: 1, accuracy: 1, latency: 9 })).toEqual([])
  })

  it('are kept apart from their standard errors', () => {
    expect(toMeasured({ loss: 1, latency: { value: 2 } })).toEqual({ metrics: { loss: 1, latency: 2 } })
    expect(toMeasured({ loss: { value: 1, standardError: 0.1 }, latency: 2 })).toEqual({
      metrics: { loss: 1, latency: 2 },
      standardErrors: { loss: 0.1 },
    })
  })
})

describe('checkResult', () => {
  it('names what is missing, and what a log scale has no place for', () => {
    const decades: Metric = { name: 'loss', goal: 'minimize', scale: 'log' }
    const faultsOf = (values: Record<string, number>, state: FinishedState = 'completed') =>
      checkResult([decades, accuracy], { state, metrics: values }).map(
        ({ path, message }) => `${path} ${message}`,
      )

    expect(faultsOf({ loss: 0, accuracy: -1 })).toEqual([])
    expect(faultsOf({ loss: -0.1 })).toEqual([
      expect.stringMatching(/^metrics.accuracy is missing/),
      'metrics.loss must not be below 0, for its scale is log',
    ])
    expect(faultsOf({ loss: -0.1 }, 'pruned')).toHaveLength(1)
    expect(faultsOf({ loss: -0.1 }, 'failed')).toEqual([])
  })
})

describe('checkMetrics', () => {
  const faultsOf = (metrics: Metric[]) =>
    checkMetrics(metrics).map(({ path, message }) => `${path}: ${message}`)

  it('finds no fault in one objective or several, with constraints and what is only stored', () => {
    expect(faultsOf([loss])).toEqual([])
    expect(faultsOf([loss, { ...accuracy, reference: 0.5 }, latency, memory, note])).toEqual([])
  })

  it('wants an objective, and few enough of them', () => {
    expect(faultsOf([latency])).toEqual(['metrics: no metric is an objective: give at least one a goal'])
    const many = Array.from({ length: 9 }, (_, i): Metric => ({ name: `m${i}`, goal: 'minimize' }))
    expect(faultsOf(many)[0]).toContain('at most 8 metrics can be objectives')
  })

  it('wants each name once', () => {
    expect(faultsOf([loss, { ...latency, name: 'loss' }])).toEqual([
      'metrics[1].name: loss is listed twice: remove one',
    ])
  })

  it('wants names by which results and curves can be told', () => {
    expect(faultsOf([{ ...loss, name: 'step' }])[0]).toContain(
      'metrics[0].name: is what a curve calls its steps',
    )
    expect(faultsOf([{ ...loss, name: '__proto__' }])[0]).toContain('choose another name')
    expect(faultsOf([{ ...loss, name: 'constructor' }])).toEqual([])
  })

  it('wants a constraint to bound something, and to leave something', () => {
    expect(faultsOf([loss, { name: 'latency', role: 'constraint' }])).toEqual([
      'metrics[1]: a constraint needs min, max or both',
    ])
    expect(faultsOf([loss, { ...memory, min: 3 }])).toEqual(['metrics[1]: min must not be above max'])
  })

  it('takes noise only where a single objective can be run again', () => {
    expect(faultsOf([{ ...loss, noisy: true }])).toEqual([])
    expect(faultsOf([loss, { ...accuracy, noisy: true }])[0]).toContain(
      'metrics[1].noisy: is for studies of a single',
    )
  })

  it('takes a reference only where there are trade-offs to measure', () => {
    expect(faultsOf([{ ...loss, reference: 1 }])[0]).toContain(
      'metrics[0].reference: is for studies of several',
    )
  })
})
