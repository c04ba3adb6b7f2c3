import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { csvRecord } from '../../../../src/http/streams/csv.ts'

it('leaves plain texts and numbers as they are, and what is missing empty', () => {
  expect(csvRecord(['adam', 0.1 + 0.2, -1e-7, true, undefined, null, ''])).toBe(
    'adam,0.30000000000000004,-1e-7,true,,,\r\n',
  )
})

it('quotes what would break a record', () => {
  expect(csvRecord(['a,b', 'say "no"', 'two\nlines'])).toBe('"a,b","say ""no""","two\nlines"\r\n')
})

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('lets no spreadsheet run the text %j', (text) => {
  expect(csvRecord([text]).replace('"', '')).toMatch(/^'/)
})

it('reads back to the texts that were written, but for the apostrophe', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 2 }), (texts) => {
      const [record] = parse(csvRecord(texts), { record_delimiter: '\r\n' })

      expect(record).toEqual(texts.map((text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)))
    }),
  )
})
