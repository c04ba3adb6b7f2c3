import type { Random } from './random.ts'
import { SOBOL_DIRECTIONS } from './sobol-directions.ts'

const BITS = 32

/** The most dimensions that a sequence can have. */
export const MAX_SOBOL_DIMENSIONS = SOBOL_DIRECTIONS.length

/**
 * A Sobol sequence in the unit cube, random access. Point k is the XOR of the direction numbers at the set bits of
 * k's Gray code (Antonov and Saleev 1979), so every prefix of 2^m points is a net.
 */
export class SobolSequence {
  readonly #directions: readonly Uint32Array[]
  readonly #shifts: Uint32Array

  private constructor(directions: readonly Uint32Array[], shifts: Uint32Array) {
    this.#directions = directions
    this.#shifts = shifts
  }

  /** As published. Point 0 is the corner of the cube: use it for tests, not for designs. */
  static plain(dimensions: number): SobolSequence {
    return new SobolSequence(directionsFor(dimensions), new Uint32Array(dimensions))
  }

  /**
   * Scrambled by a random lower triangular matrix and a digital shift (Matousek 1998; Owen's "affine" scramble):
   * points are uniform, the net structure stays, and no point is special.
   */
  static scrambled(dimensions: number, random: Random): SobolSequence {
    const directions = directionsFor(dimensions).map((row, dimension) =>
      scramble(row, random.fork('matrix', dimension)),
    )
    const shifts = Uint32Array.from(directions, (_, dimension) => random.fork('shift', dimension).bits32())
    return new SobolSequence(directions, shifts)
  }

  /** Coordinates in (0, 1), each at the centre of its cell of width 2^-32. */
  point(index: number): Float64Array {
    return toUnit(this.bits(index))
  }

  /** The first `count` points, each by one XOR a dimension from the one before: Gray codes differ by one bit. */
  first(count: number): Float64Array[] {
    const bits = this.bits(0)
    return Array.from({ length: count }, (_, index) => {
      if (index > 0) {
        const changed = lowestBit(index)
        for (let k = 0; k < bits.length; k++) bits[k]! ^= this.#directions[k]![changed]!
      }
      return toUnit(bits)
    })
  }

  /** The coordinates as 32-bit binary fractions. @param index 0 .. 2^32 - 1 */
  bits(index: number): Uint32Array {
    const gray = (index ^ (index >>> 1)) >>> 0
    const point = this.#shifts.slice()
    for (let dimension = 0; dimension < point.length; dimension++) {
      const row = this.#directions[dimension]!
      for (let bit = 0, rest = gray; rest !== 0; bit++, rest >>>= 1) {
        if (rest & 1) point[dimension]! ^= row[bit]!
      }
    }
    return point
  }
}

// A loop, not Float64Array.from: a thousand points are drawn for each proposal.
function toUnit(bits: Uint32Array): Float64Array {
  const point = new Float64Array(bits.length)
  for (let k = 0; k < bits.length; k++) point[k] = (bits[k]! + 0.5) / 2 ** BITS
  return point
}

/** The place of the lowest bit that is set. @param index not 0 */
function lowestBit(index: number): number {
  return 31 - Math.clz32(index & -index)
}

function directionsFor(dimensions: number): Uint32Array[] {
  if (dimensions > MAX_SOBOL_DIMENSIONS) {
    throw new Error(`A Sobol sequence has at most ${MAX_SOBOL_DIMENSIONS} dimensions, not ${dimensions}.`)
  }
  return SOBOL_DIRECTIONS.slice(0, dimensions).map((row, index) =>
    index === 0 ? vanDerCorput() : expand(row),
  )
}

function vanDerCorput(): Uint32Array {
  return Uint32Array.from({ length: BITS }, (_, bit) => 2 ** (BITS - 1 - bit))
}

/** The recurrence of Bratley and Fox (1988) for the direction numbers v_i = m_i 2^(32 - i). */
function expand(row: readonly number[]): Uint32Array {
  const [polynomial = 0, ...initial] = row
  const degree = initial.length
  const v = new Uint32Array(BITS)
  for (let i = 0; i < BITS; i++) {
    if (i < degree) {
      v[i] = initial[i]! * 2 ** (BITS - 1 - i)
      continue
    }
    v[i] = v[i - degree]! ^ (v[i - degree]! >>> degree)
    for (let k = 1; k < degree; k++) {
      if ((polynomial >>> (degree - k)) & 1) v[i]! ^= v[i - k]!
    }
  }
  return v
}

/** Multiplies each direction number, a column of bits from the most significant, by one lower triangular matrix. */
function scramble(row: Uint32Array, random: Random): Uint32Array {
  // Matrix row r may take bits 0..r from the top; bit r itself always, which makes the matrix invertible.
  const rows = Uint32Array.from({ length: BITS }, (_, r) => {
    const diagonal = 2 ** (BITS - 1 - r)
    const above = ~(2 * diagonal - 1)
    return ((random.bits32() & above) | diagonal) >>> 0
  })
  return row.map((column) => {
    let result = 0
    for (const mask of rows) result = (result << 1) | parity(mask & column)
    return result
  })
}

function parity(bits: number): number {
  let x = bits ^ (bits >>> 16)
  x ^= x >>> 8
  x ^= x >>> 4
  return (0x6996 >>> (x & 15)) & 1
}
