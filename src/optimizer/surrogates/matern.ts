/** Matérn covariance of smoothness 5/2 as a function of the squared scaled distance D, r = sqrt(5 D). */
export function matern(squaredDistance: number): number {
  const r = Math.sqrt(5 * squaredDistance)
  return (1 + r + (r * r) / 3) * Math.exp(-r)
}

/** -2 dM/dD = 5/3 (1 + r) exp(-r); finite at D = 0, where the derivative in r would need care. */
export function maternSlope(squaredDistance: number): number {
  const r = Math.sqrt(5 * squaredDistance)
  return (5 / 3) * (1 + r) * Math.exp(-r)
}
