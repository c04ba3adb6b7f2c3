import { describe, expect, it } from 'vitest'
import { applyEvent } from '../../../../src/domain/apply-event.ts'
import type { Pruning } from '../../../../src/domain/trial.ts'
import { ofObjective } from '../../../../src/optimizer/history/history.ts'
import { observe } from '../../../../src/optimizer/history/observe.ts'
import { encode, encodeSpace } from '../../../../src/optimizer/space/encode.ts'
import { aDefinition, aStudy, finished, proposed } from '../../../support/simulate.ts'
import { int, space } from '../../../support/spaces.ts'

const numbers = space([int('n', 0, 9)])
const encoded = encodeSpace(numbers)
const at = (n: number) => encode(encoded, { n })

describe('observe', () => {
  let snapshot = aStudy(aDefinition(numbers, { metrics: [{ name: 'value', goal: 'maximize' }] }))
  for (const n of [0, 1, 2, 3, 4]) snapshot = proposed(snapshot, { n })
  snapshot = finished(snapshot, 0, 5)
  snapshot = finished(snapshot, 1, undefined)
  const ends = (number: number, state: 'completed' | 'canceled', metrics = {}) =>
    applyEvent(snapshot, { type: 'trial-finished', at: '', number, outcome: { state, metrics } })
  snapshot = ends(2, 'completed', { value: Number.NaN })
  snapshot = ends(3, 'canceled')
  const history = observe(snapshot, encoded)

  it('takes smaller as better and a trial without a finite value as failed', () => {
    expect(history.observations).toEqual([
      {
        point: at(0),
        value: -5,
        measured: { objectives: [-5], errors: [0], bounded: [], boundedErrors: [], isFeasible: true },
      },
      { point: at(1), value: undefined },
      { point: at(2), value: undefined },
    ])
  })

  it('knows of a trial what its own snapshot says, whichever was looked at before', () => {
    const later = applyEvent(snapshot, {
      type: 'trial-finished',
      at: '',
      number: 4,
      outcome: { state: 'completed', metrics: { value: 7 } },
    })
    const valuesOf = (of: typeof snapshot) => observe(of, encoded).observations.map(({ value }) => value)
    expect(valuesOf(later)).toEqual([-5, undefined, undefined, -7])
    expect(valuesOf(snapshot)).toEqual([-5, undefined, undefined])
    expect(observe(later, encoded).pending).toEqual([])
    const { metrics: _, ...rest } = later.study.definition
    const minimized = { ...rest, metrics: [{ name: 'value', goal: 'minimize' as const }] }
    const turned = { ...later, study: { ...later.study, definition: minimized } }
    expect(valuesOf(turned)).toEqual([5, undefined, undefined, 7])
  })

  it('takes a pruned trial for what it would have come to, where that is known', () => {
    const pruned = (pruning?: Pruning) =>
      applyEvent(snapshot, {
        type: 'trial-finished',
        at: '',
        number: 4,
        outcome: { state: 'pruned', metrics: { value: 2 }, ...(pruning && { pruning }) },
      })
    const lastOf = (of: typeof snapshot) => observe(of, encoded).observations.at(-1)?.measured

    const expected = { metrics: { value: 3 }, standardErrors: { value: 0.5 } }
    expect(lastOf(pruned({ step: 4, revision: 9, expected }))).toMatchObject({
      objectives: [-3],
      errors: [0.5],
    })
    expect(lastOf(pruned({ step: 4, revision: 9 }))).toMatchObject({ objectives: [-2], errors: [0] })
    expect(lastOf(pruned())).toMatchObject({ objectives: [-2], errors: [0] })
  })

  it('says of each objective what it came to, with its own standard error', () => {
    const metrics = [
      { name: 'loss', goal: 'minimize' as const },
      { name: 'gain', goal: 'maximize' as const },
    ]
    const study = proposed(aStudy(aDefinition(numbers, { metrics })), { n: 0 })
    const outcome = {
      state: 'completed' as const,
      metrics: { loss: 2, gain: 3 },
      standardErrors: { loss: 0.1, gain: 0.5 },
    }
    const told = applyEvent(study, { type: 'trial-finished', at: '', number: 0, outcome })

    expect(ofObjective(observe(told, encoded).observations[0]!, 1)).toMatchObject({
      value: -3,
      measured: { objectives: [-3], errors: [0.5] },
    })
  })

  it('sees values on a log scale by their logarithm, a 0 where the nearest other one is', () => {
    const valuesOf = (goal: 'minimize' | 'maximize', told: number[]) => {
      const study = aStudy(aDefinition(numbers, { metrics: [{ name: 'value', goal, scale: 'log' }] }))
      const all = told.reduce((so, value, n) => finished(proposed(so, { n }), n, value), study)
      return observe(all, encoded).observations.map(({ value, measured }) => {
        expect(value).toBe(measured?.objectives[0])
        return value
      })
    }
    const [low, high] = [Math.log(1e-6), Math.log(10)]
    expect(valuesOf('minimize', [10, 0, 1e-6, 0])).toEqual([high, low, low, low])
    expect(valuesOf('maximize', [10, 0, 1e-6])).toEqual([-high, -low, -low])
    expect(new Set(valuesOf('minimize', [0, 0])).size).toBe(1)
    // Reports may have been below it, and what was given up counts by the last of them.
    expect(valuesOf('minimize', [10, -1])).toEqual([high, undefined])
  })

  it('keeps unfinished trials as pending and forgets canceled ones', () => {
    expect(history.pending).toEqual([at(4)])
    expect([0, 1, 2, 3, 4, 5].map((n) => history.isNew(at(n)))).toEqual([
      false,
      false,
      false,
      true,
      false,
      true,
    ])
  })

  it('takes nothing of a prototype for a standard error', () => {
    const metrics = [
      { name: 'toString', goal: 'minimize' as const },
      { name: 'size', role: 'store' as const },
    ]
    const study = proposed(aStudy(aDefinition(numbers, { metrics })), { n: 0 })
    const outcome = {
      state: 'completed' as const,
      metrics: { toString: 2, size: 3 },
      standardErrors: { size: 1 },
    }
    const told = applyEvent(study, { type: 'trial-finished', at: '', number: 0, outcome })
    expect(observe(told, encoded).observations[0]?.measured?.errors).toEqual([0])
  })
})
