import type { Random } from './random.ts'
import { SOBOL_DIRECTIONS } from './sobol-directions.ts'

const BITS = 32
/** Width of a cell: a power of two, so that no product with it is rounded. */
const CELL = 2 ** -BITS

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
    return Float64Array.from(this.bits(index), toUnit)
  }

  /** The first `count` points, each by one XOR a dimension from the one before: Gray codes differ by one bit. */
  first(count: number): Float64Array[] {
    return this.mapFirst(count, (point) => point.slice())
  }

  /** What becomes of each of the first `count` points; the array that holds one holds the next afterwards. */
  mapFirst<Result>(count: number, convert: (point: Float64Array, index: number) => Result): Result[] {
    const directions = this.#directions
    const bits = this.bits(0)
    const point = new Float64Array(bits.length)
    const results: Result[] = []
    for (let index = 0; index < count; index++) {
      const changed = lowestBit(index)
      for (let k = 0; k < bits.length; k++) {
        if (index > 0) bits[k]! ^= directions[k]![changed]!
        point[k] = toUnit(bits[k]!)
      }
      results.push(convert(point, index))
    }
    return results
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

function toUnit(bits: number): number {
  return (bits + 0.5) * CELL
}

/** The place of the lowest bit that is set; -1 of 0. */
function lowestBit(index: number): number {
  return 31 - Math.clz32(index & -index)
}

function directionsFor(dimensions: number): Uint32Array[] {
  if (dimensions > MAX_SOBOL_DIMENSIONS) {
    throw new Error(`A Sobol sequence has at most ${MAX_SOBOL_DIMENSIONS} dimensions, not ${dimensions}.`)
  }
  return Array.from({ length: dimensions }, (_, index) => expandedOnce(index))
}

const expanded: Uint32Array[] = []

function expandedOnce(index: number): Uint32Array {
  expanded[index] ??= index === 0 ? vanDerCorput() : expand(SOBOL_DIRECTIONS[index]!)
  return expanded[index]
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
  const columns = transposed(rows)
  return row.map((column) => {
    let result = 0
    for (let rest = column; rest !== 0; ) {
      const bit = Math.clz32(rest)
      result ^= columns[bit]!
      rest ^= TOP_BIT >>> bit
    }
    return result
  })
}

const TOP_BIT = 2 ** (BITS - 1)

/** The columns of a lower triangular matrix of bits, of both the most significant first. */
function transposed(rows: Uint32Array): Uint32Array {
  const columns = new Uint32Array(BITS)
  for (let r = 0; r < BITS; r++) {
    for (let c = 0; c <= r; c++) if (rows[r]! & (TOP_BIT >>> c)) columns[c]! |= TOP_BIT >>> r
  }
  return columns
}
