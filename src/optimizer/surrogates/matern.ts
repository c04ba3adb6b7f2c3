/** Matérn covariance of smoothness 5/2 as a function of the squared scaled distance D, r = sqrt(5 D). */
export function matern(squaredDistance: number): number {
  const r = Math.sqrt(5 * squaredDistance)
  return (1 + r + (r * r) / 3) * Math.exp(-r)
}
