import { JITTERS } from '../../math/linalg.ts'
import type { ArrangedPoints, LinearAlgebra } from '../../math/linear-algebra.ts'

/** R of K + jitter I = RᵀR. */
export interface Factor {
  readonly n: number
  readonly values: Float64Array
  /** What had to be added to the diagonal to make K positive definite. */
  readonly jitter: number
}

/**
 * Factors the covariance of the points.
 *
 * @param known a factor of which the first rows are of the first points, under the same kernel and noises: to go on from
 * them gives the same bits, sooner.
 * @returns undefined when K is singular in spite of jitter.
 */
export function factorize(
  algebra: LinearAlgebra,
  points: ArrangedPoints,
  noises: Float64Array,
  known?: { readonly factor: Factor; readonly rows: number },
): Factor | undefined {
  const n = noises.length
  const { factor: base, rows: shared = 0 } = known ?? {}
  if (base && shared === n && base.n === n) return base
  const values = new Float64Array(n * n)
  for (const relative of JITTERS) {
    const jitter = relative * points.kernel.signal
    // Where the first rows needed more, all of them do: the leading part of a matrix fails as it would alone.
    if (base?.n === shared && jitter < base.jitter) continue
    const done = base?.jitter === jitter ? shared : 0
    for (let p = 0; p < done; p++) values.set(base!.values.subarray(p * base!.n, p * base!.n + done), p * n)
    algebra.covariance(
      points,
      noises.map((noise) => noise + jitter),
      done,
      values,
    )
    if (algebra.cholesky(values, n, done)) return { n, values, jitter }
  }
  return undefined
}
