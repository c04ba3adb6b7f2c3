import type { Fault } from '../domain/errors.ts'
import { HoneError } from '../domain/errors.ts'

export const JSON_LINES = 'application/x-ndjson'

// Redis commits them in one go, and answers nobody else for as long: some tens of milliseconds.
export const LINES_MAX = 1000

/** A body of several values, one a line. */
export class JsonLines<Value = unknown> {
  readonly values: readonly Value[]

  constructor(values: readonly Value[]) {
    this.values = values
  }
}

/**
 * @param parse of one line's text; it throws. An empty line has no value, except at the end, where there is none.
 * @throws body-too-large beyond LINES_MAX
 */
export function parseJsonLines(body: string, parse: (text: string, line: string) => unknown): JsonLines {
  const lines = body.replace(/\r?\n$/, '').split('\n')
  if (lines.length > LINES_MAX)
    throw new HoneError(
      'body-too-large',
      `The body has ${lines.length} lines: send at most ${LINES_MAX} at a time.`,
    )
  return new JsonLines(
    lines.map((text, i) => (text.trim() === '' ? undefined : parse(text, `Line ${i + 1}`))),
  )
}

/** How faults name a line. */
export function lineName(index: number): string {
  return `line ${index + 1}`
}

/** `line 3: params.x0` */
export function onLine(index: number, { path, message }: Fault): Fault {
  return { path: path === '' ? lineName(index) : `${lineName(index)}: ${path}`, message }
}

/** Several values, one a line. */
export function renderJsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}
