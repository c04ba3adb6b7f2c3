import { describe, expect, it } from 'vitest'
import { encodeRows } from '../../../../../src/trainers/mlp/model/encode-rows.ts'

const encode = (categories: readonly string[], cell: string | number | boolean) =>
  encodeRows([{ name: 'x', categories }], [{ x: cell }])
const refused = (message: string) => ({ faults: [{ path: 'rows[0].x', message }] })

describe('a row to predict from', () => {
  it.each([
    [['B', 'C'], ' B ', [1, 0]],
    [['1', '2'], 2, [0, 1]],
    [['false', 'true'], true, [0, 1]],
    [['False', 'True'], false, [1, 0]],
    [['FALSE', 'TRUE', 'unknown'], true, [0, 1, 0]],
    [['TRUE', 'True', 'true'], true, [0, 0, 1]],
  ])('of texts %j may have %j', (categories, cell, features) => {
    expect(encode(categories, cell)).toEqual(Float64Array.from(features))
  })

  it('is refused where a flag may be one of several texts, or none, or stands for a number', () => {
    expect(encode(['TRUE', 'True'], true)).toEqual(refused('must be one of TRUE, True, not true'))
    expect(encode(['no', 'yes'], true)).toEqual(refused('must be one of no, yes, not true'))
    expect(encodeRows([{ name: 'x' }], [{ x: true }])).toEqual(refused('must be a number, not true'))
  })

  it('is refused with a text that differs by more than spaces around it', () => {
    expect(encode(['B', 'C'], 'b')).toEqual(refused('must be one of B, C, not "b"'))
  })
})
