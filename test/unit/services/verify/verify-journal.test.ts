import { describe, expect, it } from 'vitest'
import { algebraNamed } from '../../../../src/algebra/best-algebra.ts'
import type { StudyEvent } from '../../../../src/domain/events.ts'
import { verifyJournal } from '../../../../src/services/verify/verify-journal.ts'
import { readReplay } from '../../../support/replays.ts'

const JOURNAL = readReplay('random-branin.jsonl')
type Type = StudyEvent['type']

function indexOf(type: Type, number?: number): number {
  return JOURNAL.findIndex(
    (event) =>
      event.type === type && (number === undefined || ('number' in event && event.number === number)),
  )
}

function without(index: number): StudyEvent[] {
  return JOURNAL.toSpliced(index, 1)
}

function doubled(index: number): StudyEvent[] {
  return JOURNAL.toSpliced(index, 0, JOURNAL[index]!)
}

function changed(index: number, fields: object): StudyEvent[] {
  return JOURNAL.with(index, Object.assign({}, JOURNAL[index], fields))
}

describe('verifyJournal', () => {
  it('passes a whole journal, and any beginning of it', () => {
    expect(verifyJournal(JOURNAL, algebraNamed)).toMatchObject({ events: JOURNAL.length, reproposed: 20 })
    for (const length of [1, 7, 30]) {
      expect(verifyJournal(JOURNAL.slice(0, length), algebraNamed)).not.toHaveProperty('difference')
    }
  })

  const started = indexOf('trial-started', 5)
  const ended = indexOf('trial-finished', 5)
  const proposed = indexOf('trial-proposed', 5)
  const params = { x0: 1, x1: 2 }
  it.each<[string, StudyEvent[], RegExp]>([
    ['nothing', [], /is empty/],
    ['no beginning', without(0), /starts with study-created/],
    ['two beginnings', doubled(0), /created once/],
    ['a proposal lost', without(proposed), /Invariant 4: trial 6 was committed, but 5 is next|no trial 5/],
    ['a proposal doubled', doubled(proposed), /Invariant 4: trial 5 was committed, but 6 is next/],
    [
      'other values',
      changed(proposed, { params }),
      /Invariant 3: trial 5 is proposed differently.* params.x0/,
    ],
    ['a start lost', without(started), /Invariant 5: trial 5 ended as completed without an attempt/],
    ['a start doubled', doubled(started), /Invariant 5: trial 5 got attempt 1 after 1/],
    ['an attempt skipped', changed(started, { attempt: 2 }), /Invariant 5: trial 5 got attempt 2 after 0/],
    ['a crash made up', changed(started, { crashes: 1 }), /counts 1 crashes/],
    ['an end doubled', doubled(ended), /Invariant 7: trial 5 had finished/],
    ['an end lost', without(ended), /Invariant|still open/],
    ['work after the end', [...JOURNAL, JOURNAL[started]!], /Invariant 7: nothing changes a finished study/],
  ])('finds %s', (_, events, message) => {
    expect(verifyJournal(events, algebraNamed).difference?.message).toMatch(message)
  })

  it('finds more in flight than may be', () => {
    const [created] = JOURNAL as [Extract<StudyEvent, { type: 'study-created' }>]
    const { definition } = created
    const limits = { ...definition.limits, parallel: 2 }

    const events = changed(0, { definition: { ...definition, limits } })

    expect(verifyJournal(events, algebraNamed).difference?.message).toMatch(
      /Invariant 6: more trials in flight/,
    )
  })

  it('finds more trials than the budget', () => {
    const [created] = JOURNAL as [Extract<StudyEvent, { type: 'study-created' }>]
    const { definition } = created
    const limits = { ...definition.limits, trials: 19 }

    const events = changed(0, { definition: { ...definition, limits } })

    expect(verifyJournal(events, algebraNamed).difference?.message).toMatch(
      /Invariant 6: more trials than limits.trials/,
    )
  })

  it('finds reports of an attempt that does not hold the trial, and steps that go back', () => {
    const report = (attempt: number, ...steps: number[]): StudyEvent => ({
      type: 'values-reported',
      at: '2026-01-01T00:00:00.000Z',
      number: 5,
      attempt,
      reports: steps.map((step) => ({ step, metrics: { value: 1 } })),
    })
    const then = (event: StudyEvent) =>
      verifyJournal([...JOURNAL.slice(0, started + 1), event], algebraNamed).difference

    expect(then(report(1, 1, 2))).toBeUndefined()
    expect(then(report(2, 1))?.message).toMatch(/Invariant 5: attempt 2 does not hold trial 5/)
    expect(then(report(1, 2, 2))?.message).toMatch(/steps of trial 5 do not grow/)
  })
})
