import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkParams, type ParameterValues, type SearchSpace } from '../../src/domain/search-space.ts'
import type { StudySnapshot } from '../../src/domain/study-snapshot.ts'
import { Random } from '../../src/math/random.ts'
import { propose } from '../../src/optimizer/propose.ts'
import { decode, encodeSpace, randomPoint } from '../../src/optimizer/space/encode.ts'
import { aDefinition, aStudy, finished, proposed } from '../support/simulate.ts'
import { someSpace } from '../support/some-space.ts'
import { choice, float, space } from '../support/spaces.ts'

// A proposal costs tens of milliseconds, so the histories are few.
const FEW = { numRuns: 15 }
const seed = fc.nat(2 ** 31)

interface Told {
  readonly space: SearchSpace
  readonly points: readonly ParameterValues[]
  readonly values: readonly (number | undefined)[]
  readonly goal?: 'minimize' | 'maximize'
  readonly scale?: 'log'
}

/** A study in which these points had these values. */
function told({ space: given, points, values, goal = 'minimize', scale }: Told): StudySnapshot {
  const definition = aDefinition(given, {
    metrics: [{ name: 'value', goal, ...(scale && { scale }) }],
    sampler: { kind: 'gaussian-process' },
  })
  return points.reduce(
    (snapshot, params, number) => finished(proposed(snapshot, params), number, values[number]),
    aStudy(definition),
  )
}

function next(story: Told): ParameterValues {
  const proposal = propose(told(story), story.points.length)
  if (proposal === 'exhausted') throw new Error('The space of this test has points left.')
  expect(proposal.origin.sampler).toBe('gaussian-process')
  return proposal.params
}

const box = space([float('x', 0, 1), float('y', 1e-3, 10, 'log'), choice('c', 'p', 'q', 'r')])

function history(from: number, given: SearchSpace, count = 12): ParameterValues[] {
  const random = Random.fromSeed(from)
  const encoded = encodeSpace(given)
  return Array.from({ length: count }, () => decode(encoded, randomPoint(encoded, random)))
}
const measure = ({ x, y, c }: ParameterValues) =>
  (Number(x) - 0.3) ** 2 + Math.log(Number(y)) ** 2 / 9 + (c === 'q' ? 0 : 1)

describe('propose', () => {
  it('stays in any space after any history', () => {
    const results = fc.array(fc.option(fc.double({ noDefaultInfinity: false }), { nil: undefined }), {
      minLength: 9,
      maxLength: 9,
    })
    fc.assert(
      fc.property(someSpace, seed, results, (given, from, values) => {
        const points = history(from, given, 9)
        const proposal = propose(told({ space: given, points, values }), 9)
        if (proposal !== 'exhausted') expect(checkParams(given, proposal.params)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  it('answers the same when the metric is in other units', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: -60, max: 60 }), (from, power) => {
        const points = history(from, box)
        const values = points.map(measure)
        // A power of two changes no digit, so the answer has to be the same to the bit.
        const scaled = values.map((value) => value * 2 ** power)
        expect(next({ space: box, points, values: scaled })).toEqual(next({ space: box, points, values }))
      }),
      FEW,
    )
  })

  it('answers nearly the same when the metric is shifted and scaled', () => {
    // Rounding may tip a search between two equal maxima; on this history it does not.
    const points = history(3, box)
    const values = points.map(measure)
    const { x, y, c } = next({ space: box, points, values })
    const other = next({ space: box, points, values: values.map((value) => 3.7 * value + 11) })
    expect(other).toEqual({ x: expect.closeTo(Number(x), 3), y: expect.closeTo(Number(y), 3), c })
  })

  it('answers the same when the goal and the metric are both turned round', () => {
    fc.assert(
      fc.property(seed, (from) => {
        const points = history(from, box)
        const values = points.map(measure)
        const flipped = {
          space: box,
          points,
          values: values.map((value) => -value),
          goal: 'maximize',
        } as const
        expect(next(flipped)).toEqual(next({ space: box, points, values }))
      }),
      FEW,
    )
  })

  it('answers the same when categories have other names', () => {
    const renamed = space([...box.parameters.slice(0, 2), choice('c', 1, 2, 3)])
    const name = { p: 1, q: 2, r: 3 } as Record<string, number>
    fc.assert(
      fc.property(seed, (from) => {
        const points = history(from, box)
        const values = points.map(measure)
        const answer = next({ space: box, points, values })
        const other = points.map((params) => ({ ...params, c: name[String(params.c)]! }))
        expect(next({ space: renamed, points: other, values })).toEqual({
          ...answer,
          c: name[String(answer.c)],
        })
      }),
      FEW,
    )
  })

  it('answers the same when there is one more parameter that has a single value', () => {
    const wider = space([choice('only', 7), ...box.parameters])
    fc.assert(
      fc.property(seed, (from) => {
        const points = history(from, box)
        const values = points.map(measure)
        const answer = next({ space: box, points, values })
        const other = points.map((params) => ({ only: 7, ...params }))
        expect(next({ space: wider, points: other, values })).toEqual({ only: 7, ...answer })
      }),
      FEW,
    )
  })

  it('answers the same on a log scale and on the logarithm', () => {
    const logarithms = space([float('x', 0, 1), float('y', Math.log(1e-3), Math.log(10)), box.parameters[2]!])
    const points = history(5, box)
    const values = points.map(measure)
    const { x, y, c } = next({ space: box, points, values })
    const other = points.map((params) => ({ ...params, y: Math.log(Number(params.y)) }))
    const answer = next({ space: logarithms, points: other, values })
    expect(answer).toEqual({ x: expect.closeTo(Number(x), 3), y: expect.closeTo(Math.log(Number(y)), 3), c })
  })

  it('answers the same to values on a log scale and to their logarithms', () => {
    fc.assert(
      fc.property(seed, fc.constantFrom(1, -1), (from, sign) => {
        const points = history(from, box)
        const values = points.map((params) => Math.exp(sign * 9 * measure(params)))
        const goal = sign === 1 ? 'minimize' : 'maximize'
        const logarithms = values.map(Math.log)
        expect(next({ space: box, points, values, goal, scale: 'log' })).toEqual(
          next({ space: box, points, values: logarithms, goal }),
        )
      }),
      FEW,
    )
  })

  it('does not repeat a trial', () => {
    const coarse = space([choice('a', 1, 2, 3), { ...float('x', 0, 1), step: 0.25 }])
    fc.assert(
      fc.property(seed, (from) => {
        const points = history(from, coarse, 10)
        const values = points.map((params) => Number(params.x))
        const proposal = propose(told({ space: coarse, points, values }), 10)
        if (proposal !== 'exhausted') expect(points).not.toContainEqual(proposal.params)
      }),
      FEW,
    )
  })
})
