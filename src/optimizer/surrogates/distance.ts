/**
 * Squared difference in one dimension: of categories, 1 where they differ. A one-hot code divided by sqrt(2) has
 * just these distances, so the sum over dimensions is that of a Euclidean space and the kernel stays positive definite.
 */
export function squaredDifference(a: number, b: number, isCategory: boolean): number {
  if (isCategory) return a === b ? 0 : 1
  return (a - b) * (a - b)
}
