/** Coordinates of a point; smaller is better in each. */
export type Values = readonly number[]

/** Whether `a` is nowhere worse than `b`, and somewhere better. */
export function dominates(a: Values, b: Values): boolean {
  let better = false
  for (let i = 0; i < a.length; i++) {
    if (a[i]! > b[i]!) return false
    if (a[i]! < b[i]!) better = true
  }
  return better
}

/**
 * The exact volume that points dominate up to a reference point: the WFG recursion over exclusive volumes (While,
 * Bradstreet and Barone, "A fast way of calculating exact hypervolumes", IEEE TEC 16, 2012), which ends in a sweep in
 * two dimensions. Points that do not dominate the reference add nothing.
 */
export function hypervolume(points: readonly Values[], reference: Values): number {
  const inside = points.filter((point) => point.every((value, i) => value < reference[i]!))
  return volume(withoutDominated(inside), reference)
}

function volume(front: readonly Values[], reference: Values): number {
  if (front.length === 0) return 0
  if (reference.length === 1) return reference[0]! - Math.min(...front.map(([value]) => value!))
  if (reference.length === 2) return area(front, reference)
  // Worst first in the last coordinate: the limited sets below are then small and flat (WFG, section III.B).
  const sorted = front.toSorted((a, b) => b.at(-1)! - a.at(-1)!)
  return sorted.reduce((sum, point, i) => sum + exclusive(point, sorted.slice(i + 1), reference), 0)
}

function exclusive(point: Values, others: readonly Values[], reference: Values): number {
  const box = point.reduce((product, value, i) => product * (reference[i]! - value), 1)
  const limited = others.map((other) => other.map((value, i) => Math.max(value, point[i]!)))
  // They all end at the point in its last coordinate: one dimension less.
  const height = reference.at(-1)! - point.at(-1)!
  const flat = limited.map((other) => other.slice(0, -1))
  // The sweep passes over what is dominated by itself.
  const rest = flat[0]?.length === 2 ? flat : withoutDominated(flat)
  return box - height * volume(rest, reference.slice(0, -1))
}

function area(front: readonly Values[], reference: Values): number {
  let total = 0
  let low = reference[1]!
  for (const [x, y] of front.toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]!)) {
    if (y! >= low) continue
    total += (reference[0]! - x!) * (low - y!)
    low = y!
  }
  return total
}

/** Each point that no other dominates; of equal ones the first. */
function withoutDominated(points: readonly Values[]): Values[] {
  const front: Values[] = []
  for (const point of points.toSorted(lexicographic)) {
    if (!front.some((other) => other.every((value, i) => value <= point[i]!))) front.push(point)
  }
  return front
}

/** A point is never dominated by one that comes after it. */
export function lexicographic(a: Values, b: Values): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return 0
}
