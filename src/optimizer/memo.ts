/** What a result was computed from: equal numbers in equal places are the same key. */
export type MemoKey = readonly (number | ArrayLike<number>)[]

/**
 * Results of pure functions, remembered by the content of their arguments: forgetting one costs time and changes
 * nothing. Holds the `capacity` used last.
 */
export class Memo<Result> {
  readonly #capacity: number
  /** The one used last comes last. */
  readonly #entries: { readonly key: MemoKey; readonly result: Result }[] = []

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  recall(key: MemoKey, compute: () => Result): Result {
    const at = this.#entries.findIndex((entry) => equalKeys(entry.key, key))
    const entry = at >= 0 ? this.#entries.splice(at, 1)[0]! : { key, result: compute() }
    if (this.#capacity > 0) this.#entries.push(entry)
    if (this.#entries.length > this.#capacity) this.#entries.shift()
    return entry.result
  }
}

function equalKeys(a: MemoKey, b: MemoKey): boolean {
  return a.length === b.length && a.every((part, i) => equalParts(part, b[i]!))
}

function equalParts(a: MemoKey[number], b: MemoKey[number]): boolean {
  if (a === b) return true
  if (typeof a === 'number' || typeof b === 'number') return false
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
