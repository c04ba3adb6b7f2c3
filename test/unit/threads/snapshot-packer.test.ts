import { describe, expect, it } from 'vitest'
import { applyEvent } from '../../../src/domain/apply-event.ts'
import type { StudyId } from '../../../src/domain/ids.ts'
import type { StudySnapshot } from '../../../src/domain/study-snapshot.ts'
import { createPacker, createUnpacker } from '../../../src/threads/snapshot-packer.ts'
import { simulate } from '../../support/simulate.ts'

const space = {
  parameters: [{ name: 'x', type: 'float', min: 0, max: 1, scale: 'linear' }],
  constraints: [],
} as const
const before = simulate({ space, objective: ({ x }) => Number(x), trials: 5 })
const at = '2026-01-01T00:00:00.000Z'
const after = applyEvent(before, {
  type: 'observation-added',
  at,
  trial: 3,
  attempt: 1,
  outcome: { state: 'completed' },
})

function ends() {
  const [pack, unpack] = [createPacker(), createUnpacker()]
  // As a thread gets it.
  return { pack, send: (snapshot: StudySnapshot) => unpack(structuredClone(pack(snapshot))) }
}

describe('a snapshot packed for a thread', () => {
  it('is the same one there, again and again', () => {
    const { send } = ends()

    expect(send(before)).toEqual(before)
    expect(send(after)).toEqual(after)
    expect(send(before)).toEqual(before)
  })

  it('carries only what has changed, and leaves there what has not', () => {
    const { pack, send } = ends()
    const first = send(before)
    const second = send(after)

    expect(pack(after).changed).toEqual([])
    expect(second.trials.map((trial, i) => trial === first.trials[i])).toEqual([
      true,
      true,
      true,
      false,
      true,
    ])
    expect(second.study.definition).toBe(first.study.definition)
  })

  it('forgets shorter trials of a study of the same id', () => {
    const { send } = ends()
    send(before)

    const shorter = { ...before, trials: before.trials.slice(0, 2) }

    expect(send(shorter)).toEqual(shorter)
  })

  it('is whole when both ends have forgotten the study over larger ones', () => {
    const { pack, send } = ends()
    const large = {
      ...before,
      study: { ...before.study, id: 'st_other' as StudyId },
      trials: Array(100_000).fill(before.trials[0]),
    }
    send(before)
    pack(before)
    send(large)

    expect(pack(before)).toMatchObject({ goesOn: false, changed: before.trials })
  })

  it('is whole when both ends have forgotten it over large definitions, though these have no trials', () => {
    const { pack, send } = ends()
    const first = send(before)
    const choices = Array.from({ length: 10_000 }, (_, i) => `${i}`.padEnd(90, '-'))
    for (let i = 0; i < 60; i++) {
      const parameters = [{ name: 'x', type: 'categorical', choices } as const]
      const definition = { ...before.study.definition, searchSpace: { parameters, constraints: [] } }
      send({ ...before, trials: [], study: { ...before.study, id: `st_${i}` as StudyId, definition } })
    }

    expect(pack(before)).toMatchObject({ goesOn: false, changed: first.trials })
  })
})
