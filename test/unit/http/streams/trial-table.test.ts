import { describe, expect, it } from 'vitest'
import { newStudyId } from '../../../../src/domain/ids.ts'
import { tableRow } from '../../../../src/http/streams/trial-table.ts'

describe('tableRow', () => {
  it('has empty cells for what a trial lacks, even where all objects have something of that name', () => {
    const origin = { sampler: 'sobol', version: 1, phase: 'startup', revision: 1 } as const
    const state = 'completed'
    const [study, queuedAt] = [newStudyId(new Uint8Array(16)), '2026-01-01T00:00:00.000Z']
    const trial = {
      study,
      number: 3,
      seed: 5,
      state,
      params: { x: 1 },
      attempt: 1,
      origin,
      queuedAt,
    } as const
    const columns = {
      params: ['x', 'toString'],
      metrics: ['constructor'],
      standardErrors: ['constructor'],
      attributes: ['valueOf'],
    }

    expect(tableRow(columns, trial)).toBe(`3,completed,1,,,,,,1,,5,${queuedAt},,,,sobol,1,startup,1,\r\n`)
  })
})
