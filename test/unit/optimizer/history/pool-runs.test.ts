import { describe, expect, it } from 'vitest'
import type { Observation } from '../../../../src/optimizer/history/history.ts'
import { poolRuns } from '../../../../src/optimizer/history/pool-runs.ts'

const at = (level: number, value: number | undefined, error = 0): Observation => ({
  point: Float64Array.of(level),
  value,
  ...(value !== undefined && {
    measured: { objectives: [value], errors: [error], bounded: [], boundedErrors: [], isFeasible: true },
  }),
})

describe('poolRuns', () => {
  it('is the same list where no point was run again', () => {
    const once = [at(0, 1), at(1, 1), at(1, undefined)]
    expect(poolRuns(once)).toBe(once)
  })

  it('makes several runs of a point their mean, known as well as that many runs tell it', () => {
    const pooled = poolRuns([at(0, 1, 0.4), at(1, 5), at(0, 2, 0.4), at(0, 6, 0.4), at(0, 3, 0.4)])
    expect(pooled.map(({ value, runs }) => [value, runs])).toEqual([
      [3, 4],
      [5, undefined],
    ])
    expect(pooled[0]!.measured).toMatchObject({ objectives: [3], errors: [expect.closeTo(0.2, 12)] })
  })

  it('keeps a failure beside the runs that came to an end', () => {
    expect(poolRuns([at(0, 1), at(0, undefined), at(0, 3)]).map(({ value }) => value)).toEqual([2, undefined])
  })
})
