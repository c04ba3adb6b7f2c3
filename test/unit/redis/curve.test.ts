import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../../src/domain/trial.ts'
import { packReport, unpackReports } from '../../../src/redis/curve.ts'

const value = fc.double({ noNaN: true, noDefaultInfinity: true })
const report: fc.Arbitrary<Report> = fc.record({
  step: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
  metrics: fc.dictionary(fc.constantFrom('loss', 'accuracy', 'ü "\\'), value),
})

/** As prelude.lua writes them. */
function varint(number: number): Buffer {
  const bytes: number[] = []
  let left = number
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128)
  return Buffer.from([...bytes, left])
}

describe('a curve', () => {
  it('reads back bit for bit, whatever the steps and the metrics', () => {
    fc.assert(
      fc.property(fc.array(report), (reports) => {
        const layouts: string[] = []
        const parts = reports.map((one) => {
          const [step, names, values] = packReport(one) as [number, string, Buffer]
          if (!layouts.includes(names)) layouts.push(names)
          return Buffer.concat([varint(step), varint(layouts.indexOf(names)), values])
        })

        const read = unpackReports(
          Buffer.concat(parts),
          layouts.map((names) => JSON.parse(names)),
        )

        expect(read).toEqual(reports)
      }),
    )
  })

  it('takes ten bytes for a report of one metric', () => {
    const [, , values] = packReport({ step: 1, metrics: { loss: 0.1 } })

    expect(varint(1).length + varint(0).length + (values as Buffer).length).toBe(10)
  })

  it('holds finite numbers only', () => {
    expect(() => packReport({ step: 1, metrics: { loss: Number.NaN } })).toThrow(
      'loss is NaN, which no report can hold.',
    )
  })

  it('that is cut short does not read as a shorter one', () => {
    expect(() => unpackReports(Buffer.from([1, 0, 0, 0]), [['loss']])).toThrow()
    expect(() => unpackReports(Buffer.from([1, 3]), [['loss']])).toThrow('A curve names layout 3 of 1.')
  })
})
