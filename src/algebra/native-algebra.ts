import { createRequire } from 'node:module'
import type { ConditionedProcess, Kernel, LinearAlgebra } from '../math/linear-algebra.ts'
import { packagePath } from '../package-path.ts'

/** The addon's `linearAlgebra`, as native/binding/linear_algebra.cc defines it. */
interface Binding {
  /** Whether this CPU has the instructions that make it worth while. */
  readonly isFastHere: boolean
  readonly variant: string
  arrange(...kernelAnd: [...KernelArguments, points: Float64Array]): number
  arrange(...kernelAnd: [...KernelArguments, points: Float64Array, arranged: Float64Array]): void
  covariance(...kernelAnd: [...KernelArguments, Float64Array, Float64Array, number, Float64Array]): void
  crossCovariance(...kernelAnd: [...KernelArguments, Float64Array, Float64Array, number, Float64Array]): void
  posterior(
    ...processAnd: [
      ...ProcessArguments,
      others: Float64Array,
      means: Float64Array,
      variances: Float64Array,
      solved: Float64Array | undefined,
    ]
  ): void
  posteriorGradients(
    ...processAnd: [
      ...ProcessArguments,
      others: Float64Array,
      solved: Float64Array,
      byMeans: Float64Array,
      byVariances: Float64Array,
      gradients: Float64Array,
    ]
  ): void
  cholesky(matrix: Float64Array, n: number, done: number): boolean
  solveTransposed(factor: Float64Array, n: number, x: Float64Array): void
  solve(factor: Float64Array, n: number, x: Float64Array): void
  product(a: Float64Array, b: Float64Array, k: number, c: Float64Array): void
  /** @returns (y - c)ᵀK⁻¹(y - c); NaN when K is not positive definite. */
  evidence(
    ...kernelAnd: [
      ...KernelArguments,
      points: Float64Array,
      values: Float64Array,
      extraNoises: Float64Array,
      noise: number,
      diagonal: Float64Array,
      gradient: Float64Array | undefined,
    ]
  ): number
}
type KernelArguments = [
  categorical: Uint8Array,
  lengthScales: Float64Array,
  signal: number,
  additiveShare: number,
]

type ProcessArguments = [
  ...KernelArguments,
  points: Float64Array,
  arranged: Float64Array,
  factor: Float64Array,
  weights: Float64Array,
  mean: number,
]

function unpackProcess({ rows, factor, weights, mean }: ConditionedProcess): ProcessArguments {
  return [...unpack(rows.kernel), rows.points, rows.numbers, factor, weights, mean]
}

function unpack({ categorical, lengthScales, signal, additiveShare }: Kernel): KernelArguments {
  return [categorical, lengthScales, signal, additiveShare]
}

/** Undefined where the addon is not built, or the CPU lacks fused multiply-adds, without which TypeScript is faster. */
export function loadNativeAlgebra(): LinearAlgebra | undefined {
  const binding = loadBinding()
  return binding?.isFastHere ? toAlgebra(binding) : undefined
}

function emptyFor({ rows, weights }: ConditionedProcess, others: Float64Array) {
  const m = others.length / rows.kernel.lengthScales.length
  return { means: new Float64Array((weights.length / rows.count) * m), variances: new Float64Array(m) }
}

function loadBinding(): Binding | undefined {
  try {
    return createRequire(import.meta.url)(packagePath('native', 'build', 'hone.node')).linearAlgebra
  } catch {
    // A proposal can do without; a trainer that cannot says how to build it.
    return undefined
  }
}

function toAlgebra(binding: Binding): LinearAlgebra {
  return {
    name: 'native',
    arrange: (kernel, points) => {
      const numbers = new Float64Array(binding.arrange(...unpack(kernel), points))
      binding.arrange(...unpack(kernel), points, numbers)
      return { kernel, count: points.length / kernel.lengthScales.length, points, numbers }
    },
    covariance: ({ kernel, numbers }, noises, done, matrix) =>
      binding.covariance(...unpack(kernel), numbers, noises, done, matrix),
    crossCovariance: ({ kernel, count, numbers }, others) => {
      const covariances = new Float64Array(count * (others.length / kernel.lengthScales.length))
      binding.crossCovariance(...unpack(kernel), numbers, others, count, covariances)
      return covariances
    },
    posterior: (process, others) => {
      const { means, variances } = emptyFor(process, others)
      binding.posterior(...unpackProcess(process), others, means, variances, undefined)
      return { means, variances }
    },
    posteriorWithGradients: (process, others) => {
      const { means, variances } = emptyFor(process, others)
      const solved = new Float64Array(variances.length * process.rows.count)
      const unpacked = unpackProcess(process)
      binding.posterior(...unpacked, others, means, variances, solved)
      const gradients = (byMeans: Float64Array, byVariances: Float64Array) => {
        const found = new Float64Array(others.length)
        binding.posteriorGradients(...unpacked, others, solved, byMeans, byVariances, found)
        return found
      }
      return { means, variances, gradients }
    },
    cholesky: (matrix, n, done) => binding.cholesky(matrix, n, done),
    solveTransposed: (factor, n, x) => binding.solveTransposed(factor, n, x),
    solve: (factor, n, x) => binding.solve(factor, n, x),
    product: (a, b, k) => {
      const c = new Float64Array((a.length / k) * (b.length / k))
      binding.product(a, b, k, c)
      return c
    },
    evidence: ({ kernel, points, values, extraNoises, noise }, gradient) => {
      const diagonal = new Float64Array(values.length)
      const quadratic = binding.evidence(
        ...unpack(kernel),
        points,
        values,
        extraNoises,
        noise,
        diagonal,
        gradient,
      )
      // The logarithm is this side's: a C library's differs from one to the next.
      let value = 0.5 * quadratic
      for (const entry of diagonal) value += Math.log(entry)
      return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value
    },
  }
}
