import type { Fault } from '../domain/errors.ts'
import { quoted } from '../domain/faults.ts'
import { LETTERS_MAX } from './limits.ts'
import { notationAdvice } from './notations.ts'

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const MISSING = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '?'])

/** Gathers the cells of one column, as numbers and, while there are few different ones, as texts. */
export class Column {
  readonly name: string
  /** NaN where there is text. */
  readonly numbers: number[] = []
  numeric = 0
  /** Cells that would be numbers if they were written otherwise. */
  otherwise = 0
  /** What is wrong with the first of them. */
  firstOtherwise: Fault | undefined
  /** The first cell that is no number, and where. */
  firstText: { readonly line: number; readonly text: string } | undefined
  /** Text -> its number in order of appearance; undefined once there were more than `textsMax`. */
  #texts: Map<string, number> | undefined = new Map()
  /** Number of each cell's text. */
  #codes: number[] = []
  readonly #textsMax: number

  constructor(name: string, textsMax: number) {
    this.name = name
    this.#textsMax = textsMax
  }

  get rows(): number {
    return this.numbers.length
  }

  /** @returns what is wrong with the cell, if something is. */
  add(cell: string, line: number): Fault | undefined {
    const text = cell.trim()
    if (text.length > LETTERS_MAX) return tooLong(`line ${line}: ${this.name}`, text)
    const number = NUMBER.test(text) ? Number(text) : Number.NaN
    const isNumber = Number.isFinite(number)
    this.numbers.push(isNumber ? number : Number.NaN)
    this.#addText(text)
    if (isNumber) this.numeric++
    else if (MISSING.has(text.toLowerCase())) return this.#missing(text, line)
    else this.#addWords(text, line)
    return undefined
  }

  #addWords(text: string, line: number): void {
    this.firstText ??= { line, text }
    const advice = notationAdvice(text)
    if (!advice) return
    this.otherwise++
    this.firstOtherwise ??= { path: `line ${line}: ${this.name}`, message: `${quoted(text)} ${advice}` }
  }

  #addText(text: string): void {
    if (!this.#texts) return
    const code = this.#texts.get(text) ?? this.#texts.size
    this.#texts.set(text, code)
    this.#codes.push(code)
    if (this.#texts.size <= this.#textsMax) return
    this.#texts = undefined
    this.#codes = []
  }

  /** The different cells, of numbers alone however they are written; undefined where they are more than `textsMax`. */
  different(): string[] | undefined {
    if (this.firstText) return this.#texts && [...this.#texts.keys()]
    const numbers = new Set<number>()
    for (const number of this.numbers) if (numbers.add(number).size > this.#textsMax) return undefined
    return [...numbers].map(String)
  }

  /** Which of them each cell is. @param names all different cells, in another order */
  placesIn(names: readonly string[]): number[] {
    const places = new Map(names.map((name, i) => [name, i]))
    if (!this.firstText) return this.numbers.map((number) => places.get(String(number))!)
    const byCode = [...this.#texts!.keys()].map((text) => places.get(text)!)
    return this.#codes.map((code) => byCode[code]!)
  }

  #missing(text: string, line: number): Fault {
    const what = text === '' ? 'is empty' : `is ${text}`
    return {
      path: `line ${line}: ${this.name}`,
      message: `${what}: missing values are not taken, fill them in or leave the row out`,
    }
  }
}

/** Names are kept with each data set and each network of it, and shown wherever these are. */
export function tooLong(path: string, text: string): Fault {
  return { path, message: `${quoted(text)} has ${text.length} letters: at most ${LETTERS_MAX} are taken` }
}

/** Numbers written as texts would be learned as names, which is never meant where they are half of a column. */
export function notationFaults({ firstOtherwise, numeric, otherwise, rows }: Column): Fault[] {
  return firstOtherwise && 2 * (numeric + otherwise) >= rows ? [firstOtherwise] : []
}

export function noNumber({ name, firstText }: Column): Fault {
  const { line, text } = firstText!
  return {
    path: `line ${line}: ${name}`,
    message: `${quoted(text)} is no number, as the column needs`,
  }
}
