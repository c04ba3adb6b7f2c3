import { describe, expect, it } from 'vitest'
import { applyEvent } from '../../../../src/domain/apply-event.ts'
import type { StudySnapshot } from '../../../../src/domain/study-snapshot.ts'
import { placesIn, stockOf } from '../../../../src/services/scheduling/stock.ts'
import { aDefinition, aStudy, proposed } from '../../../support/simulate.ts'
import { int, space } from '../../../support/spaces.ts'

const at = (ms: number) => new Date(ms).toISOString()

function aSnapshot(parallel: number, trials = 100): StudySnapshot {
  return aStudy(aDefinition(space([int('n', 0, 99)]), { limits: { trials, parallel } }))
}

function started(snapshot: StudySnapshot, number: number): StudySnapshot {
  const event = { type: 'trial-started', at: at(0), number, attempt: 1, crashes: 0, worker: 'w' } as const
  return applyEvent(snapshot, event)
}

function trialOf(snapshot: StudySnapshot, ms: number): StudySnapshot {
  const number = snapshot.trials.length
  const outcome = { state: 'completed', metrics: { value: 1 } } as const
  const running = started(proposed(snapshot, { n: number }), number)
  return applyEvent(running, { type: 'trial-finished', at: at(ms), number, outcome })
}

describe('the trials that may wait for a worker', () => {
  it.each([
    ['many of a study whose trials take no time', 0, 128],
    ['half a second of work', 50, 10],
    ['two of a study whose trials take long', 60_000, 2],
  ])('are %s, and are asked for again when half of them are left', (_, ms, waitingMax) => {
    let snapshot = aSnapshot(1000)
    for (let i = 0; i < 5; i++) snapshot = trialOf(snapshot, ms)

    expect(stockOf(snapshot)).toEqual({ inFlightMax: waitingMax, refillAt: waitingMax / 2 })
  })

  it('are as many times more as the study has priority', () => {
    const plain = trialOf(aSnapshot(1000), 50)
    const { study } = plain
    const preferred = { ...plain, study: { ...study, definition: { ...study.definition, priority: 3 } } }

    expect(stockOf(preferred).inFlightMax).toBe(3 * stockOf(plain).inFlightMax)
  })

  it('come on top of those that run', () => {
    const snapshot = started(proposed(trialOf(aSnapshot(1000), 60_000), { n: 1 }), 1)

    expect(stockOf(snapshot).inFlightMax).toBe(3)
    expect(placesIn(snapshot, 3)).toBe(2)
  })

  it('never exceed parallel and the budget, and are none unless the study runs', () => {
    const paused = applyEvent(aSnapshot(4), { type: 'study-paused', at: at(0) })

    expect(placesIn(aSnapshot(4), 16)).toBe(4)
    expect(placesIn(aSnapshot(100, 7), 16)).toBe(7)
    expect(placesIn(paused, 16)).toBe(0)
  })
})
