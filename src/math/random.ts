import { normalQuantile } from './normal.ts'

/**
 * Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy
 * as 1, 2, 3", SC 2011). A stream is a 64-bit key; a draw is the cipher of a counter, so streams made by `fork`
 * never overlap and adding a draw to one changes no other.
 */
export class Random {
  readonly #key: readonly [number, number]
  readonly #block = new Uint32Array(4)
  #drawn = 0

  private constructor(key0: number, key1: number) {
    this.#key = [key0 >>> 0, key1 >>> 0]
  }

  /** @param seed a non-negative safe integer. */
  static fromSeed(seed: number): Random {
    return new Random(seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0)
  }

  /** The stream of that name below this one; depends on the names alone, not on what was drawn. */
  fork(...path: readonly (string | number)[]): Random {
    let [key0, key1] = this.#key
    for (const part of path) {
      const counter = typeof part === 'number' ? numberCounter(part) : textCounter(part)
      const block = philox(counter, key0, key1)
      key0 = block[0]!
      key1 = block[1]!
    }
    return new Random(key0, key1)
  }

  /** 32 random bits as a non-negative integer. */
  bits32(): number {
    const lane = this.#drawn & 3
    if (lane === 0) {
      const blockNumber = Math.floor(this.#drawn / 4)
      writePhilox(this.#block, blockNumber, 0, 0, DRAW, this.#key[0], this.#key[1])
    }
    this.#drawn += 1
    return this.#block[lane]!
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    const high = this.bits32() >>> 5
    const low = this.bits32() >>> 6
    return (high * 2 ** 26 + low) / 2 ** 53
  }

  /** Standard normal, by inversion. */
  normal(): number {
    return normalQuantile(this.uniform() + 2 ** -54)
  }

  /** Uniform in 0 .. count - 1. */
  int(count: number): number {
    return Math.floor(this.uniform() * count)
  }

  pick<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new Error('pick needs at least one item.')
    return items[this.int(items.length)]!
  }

  /** A shuffled copy (Fisher-Yates). */
  shuffle<Item>(items: readonly Item[]): Item[] {
    const shuffled = [...items]
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.int(i + 1)
      const item = shuffled[i]!
      shuffled[i] = shuffled[j]!
      shuffled[j] = item
    }
    return shuffled
  }
}

// The last counter word tells drawing from forking, so a child's key is never a parent's draw.
const DRAW = 0
const FORK_BY_NUMBER = 1
const FORK_BY_TEXT = 2

function numberCounter(part: number): [number, number, number, number] {
  if (!Number.isSafeInteger(part)) throw new Error(`A stream is named by text or an integer, not ${part}.`)
  return [part >>> 0, Math.floor(part / 2 ** 32) >>> 0, 0, FORK_BY_NUMBER]
}

function textCounter(part: string): [number, number, number, number] {
  return [fnv1a(part, 0x811c9dc5), fnv1a(part, 0x050c5d1f), part.length, FORK_BY_TEXT]
}

function fnv1a(text: string, offset: number): number {
  let hash = offset
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** One block of Philox4x32-10: four 32-bit words. */
export function philox(
  counter: readonly [number, number, number, number],
  key0: number,
  key1: number,
): Uint32Array {
  const block = new Uint32Array(4)
  writePhilox(block, ...counter, key0, key1)
  return block
}

/** The same without an array for the counter: thousands of numbers are drawn for each proposal. */
function writePhilox(
  block: Uint32Array,
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key0: number,
  key1: number,
): void {
  let [c0, c1, c2, c3] = [counter0 | 0, counter1 | 0, counter2 | 0, counter3 | 0]
  let [k0, k1] = [key0 | 0, key1 | 0]
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0)
    const low0 = Math.imul(0xd2511f53, c0)
    const high1 = multiplyHigh(0xcd9e8d57, c2)
    const low1 = Math.imul(0xcd9e8d57, c2)
    c0 = high1 ^ c1 ^ k0
    c1 = low1
    c2 = high0 ^ c3 ^ k1
    c3 = low0
    k0 = (k0 + 0x9e3779b9) | 0
    k1 = (k1 + 0xbb67ae85) | 0
  }
  block[0] = c0
  block[1] = c1
  block[2] = c2
  block[3] = c3
}

/** High 32 bits of the 64-bit product of two unsigned 32-bit integers, in whatever sign: by halves, none of which overflows. */
function multiplyHigh(a: number, b: number): number {
  const [aLow, aHigh, bLow, bHigh] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16]
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0
}
