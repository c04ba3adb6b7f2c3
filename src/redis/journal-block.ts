import { promisify } from 'node:util'
import { brotliCompress, brotliDecompress, constants } from 'node:zlib'
import { type JournalEntry, revisionOf, timeMsOf } from './journal-entry.ts'

/**
 * Entries of a journal that follow one another, as one compressed text. Each is a line: the id of the first, of the
 * others the milliseconds since the one before, and after a space the entry's text.
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
  const lines = entries.map((entry, i) => {
    const [id, [, text]] = entry
    const before = entries[i - 1]
    if (text!.includes('\n')) throw new Error(`Entry ${id} of a journal has a line break.`)
    if (before && revisionOf(entry) !== revisionOf(before) + 1) throw new Error(`Entry ${id} follows a gap.`)
    return `${before ? timeMsOf(entry) - timeMsOf(before) : id} ${text}`
  })
  return compress(lines.join('\n'), { params })
}

export async function unpackBlock(bytes: Buffer): Promise<JournalEntry[]> {
  const lines = (await decompress(bytes)).toString().split('\n')
  let revision = 0
  let time = 0
  return lines.map((line, i) => {
    const space = line.indexOf(' ')
    const head = line.slice(0, space)
    if (i === 0) [revision, time] = head.split('-').map(Number) as [number, number]
    else [revision, time] = [revision + 1, time + Number(head)]
    return [`${revision}-${time}`, [FIELD, line.slice(space + 1)]]
  })
}
