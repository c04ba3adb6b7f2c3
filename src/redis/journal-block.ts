import { promisify } from 'node:util'
import { brotliCompress, brotliDecompress, constants } from 'node:zlib'
import { type JournalEntry, revisionOf, timeMsOf } from './journal-entry.ts'

/**
 * Entries of a journal that follow one another, as one compressed text. Its first line is the id of the first, then of
 * each of the others the milliseconds since the one before; a line for the text of each follows. Times among the texts
 * would take half a byte more an entry.
 */
const compress = promisify(brotliCompress)
const decompress = promisify(brotliDecompress)
// Smaller than deflate's best, in less time; higher qualities take longer and gain nothing here.
const params = {
  [constants.BROTLI_PARAM_QUALITY]: 3,
  [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
}
const FIELD = 'event'

/** @throws Error for what would not read back as it was. */
export async function packBlock(entries: readonly JournalEntry[]): Promise<Buffer> {
  const heads = entries.map((entry, i) => headOf(entry, entries[i - 1]))
  const texts = entries.map(([id, [, text]]) => {
    if (text!.includes('\n')) throw new Error(`Entry ${id} of a journal has a line break.`)
    return text
  })
  return compress([heads.join(' '), ...texts].join('\n'), { params })
}

function headOf(entry: JournalEntry, before: JournalEntry | undefined): string {
  if (!before) return entry[0]
  if (revisionOf(entry) !== revisionOf(before) + 1) throw new Error(`Entry ${entry[0]} follows a gap.`)
  return String(timeMsOf(entry) - timeMsOf(before))
}

export async function unpackBlock(bytes: Buffer): Promise<JournalEntry[]> {
  const [heads, ...texts] = (await decompress(bytes)).toString().split('\n')
  const [first, ...steps] = heads!.split(' ')
  let [revision, time] = first!.split('-').map(Number) as [number, number]
  return texts.map((text, i) => {
    if (i > 0) [revision, time] = [revision + 1, time + Number(steps[i - 1])]
    return [`${revision}-${time}`, [FIELD, text]]
  })
}
