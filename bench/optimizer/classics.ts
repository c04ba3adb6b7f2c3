/** Classical test functions of a vector, minimized; sources as in Surjanovic and Bingham's virtual library. */
export function branin([a = 0, b = 0]: readonly number[]): number {
  const bowl = b - (5.1 / (4 * Math.PI ** 2)) * a * a + (5 / Math.PI) * a - 6
  return bowl * bowl + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10
}

interface Hartmann {
  readonly widths: readonly (readonly number[])[]
  readonly centres: readonly (readonly number[])[]
}

// Dixon and Szegö (1978).
const HEIGHTS = [1, 1.2, 3, 3.2]
export const HARTMANN3: Hartmann = {
  widths: [
    [3, 10, 30],
    [0.1, 10, 35],
    [3, 10, 30],
    [0.1, 10, 35],
  ],
  centres: [
    [0.3689, 0.117, 0.2673],
    [0.4699, 0.4387, 0.747],
    [0.1091, 0.8732, 0.5547],
    [0.0381, 0.5743, 0.8828],
  ],
}
export const HARTMANN6: Hartmann = {
  widths: [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ],
  centres: [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
  ],
}

export function hartmann({ widths, centres }: Hartmann): (x: readonly number[]) => number {
  const exponent = (x: readonly number[], row: number) =>
    sum(x, (u, j) => widths[row]![j]! * (u - centres[row]![j]!) ** 2)
  return (x) => -sum(HEIGHTS, (height, row) => height * Math.exp(-exponent(x, row)))
}

export function ackley(x: readonly number[]): number {
  const distance = Math.sqrt(sum(x, (u) => u * u) / x.length)
  const ripple = sum(x, (u) => Math.cos(2 * Math.PI * u)) / x.length
  return -20 * Math.exp(-0.2 * distance) - Math.exp(ripple) + 20 + Math.E
}

export function levy(x: readonly number[]): number {
  const w = x.map((u) => 1 + (u - 1) / 4)
  const last = w.at(-1)!
  const inner = sum(w.slice(0, -1), (u) => (u - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * u + 1) ** 2))
  const end = (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2)
  return Math.sin(Math.PI * w[0]!) ** 2 + inner + end
}

export function rosenbrock(x: readonly number[]): number {
  return sum(x.slice(1), (b, i) => 100 * (b - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2)
}

export function griewank(x: readonly number[]): number {
  const product = x.reduce((value, u, i) => value * Math.cos(u / Math.sqrt(i + 1)), 1)
  return sum(x, (u) => u * u) / 4000 - product + 1
}

export function styblinski(x: readonly number[]): number {
  return sum(x, (u) => (u ** 4 - 16 * u * u + 5 * u) / 2)
}

export function michalewicz(x: readonly number[]): number {
  return -sum(x, (u, i) => Math.sin(u) * Math.sin(((i + 1) * u * u) / Math.PI) ** 20)
}

export function sineCosine([a = 0, b = 0]: readonly number[]): number {
  return Math.sin(a) + Math.cos(b)
}

function sum(values: readonly number[], term: (value: number, index: number) => number): number {
  return values.reduce((total, value, index) => total + term(value, index), 0)
}
