/**
 * Inner loops of typescript-algebra.ts. Eight dot products are taken at a time, two rows by four: each number loaded is
 * used two or four times, and the sums do not wait for one another. Every one is subtracted term by term in the order of
 * its index, however it is tiled, so a row of a factor has the same bits whichever rows are computed with it.
 */

/** What `subtract2x4` subtracts from, and its results: [row * 4 + other]. */
export const SUMS = new Float64Array(8)

/**
 * Subtracts the dot products, over positions `from` to `to`, of two rows of `a` and four rows of `b`.
 *
 * @param a0 where the first row of `a` begins; the second follows after `n` numbers. The same for `b`.
 */
export function subtract2x4(
  a: Float64Array,
  a0: number,
  b: Float64Array,
  b0: number,
  n: number,
  from: number,
  to: number,
): void {
  const [a1, b1, b2, b3] = [a0 + n, b0 + n, b0 + 2 * n, b0 + 3 * n]
  let [s0, s1, s2, s3] = [SUMS[0]!, SUMS[1]!, SUMS[2]!, SUMS[3]!]
  let [t0, t1, t2, t3] = [SUMS[4]!, SUMS[5]!, SUMS[6]!, SUMS[7]!]
  for (let k = from; k < to; k++) {
    const u = a[a0 + k]!
    const v = a[a1 + k]!
    const p = b[b0 + k]!
    const q = b[b1 + k]!
    const r = b[b2 + k]!
    const w = b[b3 + k]!
    s0 -= u * p
    s1 -= u * q
    s2 -= u * r
    s3 -= u * w
    t0 -= v * p
    t1 -= v * q
    t2 -= v * r
    t3 -= v * w
  }
  SUMS[0] = s0
  SUMS[1] = s1
  SUMS[2] = s2
  SUMS[3] = s3
  SUMS[4] = t0
  SUMS[5] = t1
  SUMS[6] = t2
  SUMS[7] = t3
}

/** `start` less the dot product of one row of each. */
export function subtractDot(
  start: number,
  a: Float64Array,
  a0: number,
  b: Float64Array,
  b0: number,
  from: number,
  to: number,
): number {
  let sum = start
  for (let k = from; k < to; k++) sum -= a[a0 + k]! * b[b0 + k]!
  return sum
}

/**
 * Forward substitution for four neighbouring rows of x at once: each row becomes L⁻¹ row, in positions `from` to
 * `to`; what is before `from` is zero.
 */
export function solveFour(
  factor: Float64Array,
  n: number,
  x: Float64Array,
  x0: number,
  from: number,
  to: number,
): void {
  let i = from
  for (; i + 1 < to; i += 2) {
    const upper = i * n
    const lower = upper + n
    for (let c = 0, at = x0 + i; c < 4; c++, at += n) {
      SUMS[c] = x[at]!
      SUMS[c + 4] = x[at + 1]!
    }
    subtract2x4(factor, upper, x, x0, n, from, i)
    const [pivot, coupling, nextPivot] = [factor[upper + i]!, factor[lower + i]!, factor[lower + i + 1]!]
    for (let c = 0, at = x0 + i; c < 4; c++, at += n) {
      const solved = SUMS[c]! / pivot
      x[at] = solved
      x[at + 1] = (SUMS[c + 4]! - coupling * solved) / nextPivot
    }
  }
  if (i < to) for (let c = 0; c < 4; c++) solveOne(factor, n, x, x0 + c * n, from, to, i)
}

/** The same for one row, from position `start` on, those before it being solved. */
export function solveOne(
  factor: Float64Array,
  n: number,
  x: Float64Array,
  x0: number,
  from: number,
  to: number,
  start = from,
): void {
  for (let i = start; i < to; i++) {
    x[x0 + i] = subtractDot(x[x0 + i]!, factor, i * n, x, x0, from, i) / factor[i * n + i]!
  }
}
