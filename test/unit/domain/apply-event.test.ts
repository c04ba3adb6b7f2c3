import { describe, expect, it } from 'vitest'
import { applyEvent, applyEvents, type Change } from '../../../src/domain/apply-event.ts'
import { aDefinition, aStudy, proposed } from '../../support/simulate.ts'
import { float, space } from '../../support/spaces.ts'

const at = '2026-01-01T00:00:00.000Z'
const events: Change[] = [
  { type: 'trial-started', at, number: 0, attempt: 1, crashes: 0, worker: 'w' },
  { type: 'trial-started', at, number: 1, attempt: 1, crashes: 0, worker: 'w' },
  { type: 'values-reported', at, number: 0, attempt: 1, reports: [{ step: 1, metrics: { value: 3 } }] },
  { type: 'trial-finished', at, number: 1, outcome: { state: 'completed', metrics: { value: 2 } } },
  { type: 'study-paused', at },
  { type: 'trial-finished', at, number: 0, outcome: { state: 'completed', metrics: { value: 1 } } },
]

describe('applyEvents', () => {
  const empty = aStudy(aDefinition(space([float('x', 0, 1)])))
  const before = proposed(proposed(empty, { x: 0.1 }), { x: 0.2 })

  it('comes to what the events come to one by one, and leaves what it was given as it was', () => {
    const copy = structuredClone(before)

    const after = applyEvents(before, events)

    expect(after).toEqual(events.reduce(applyEvent, before))
    expect(after.study).toMatchObject({ state: 'paused', bestTrial: 0 })
    expect(before).toEqual(copy)
  })
})
