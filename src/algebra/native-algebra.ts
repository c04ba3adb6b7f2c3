import { createRequire } from 'node:module'
import type { Kernel, LinearAlgebra } from '../math/linear-algebra.ts'
import { packagePath } from '../package-path.ts'

/** The addon's `linearAlgebra`, as native/binding/linear_algebra.cc defines it. */
interface Binding {
  /** Whether this CPU has the instructions that make it worth while. */
  readonly isFastHere: boolean
  readonly variant: string
  arrange(...kernelAnd: [...KernelArguments, points: Float64Array]): number
  arrange(...kernelAnd: [...KernelArguments, points: Float64Array, arranged: Float64Array]): void
  covariance(...kernelAnd: [...KernelArguments, Float64Array, Float64Array, number, Float64Array]): void
  crossCovariance(
    ...kernelAnd: [...KernelArguments, Float64Array, Float64Array, Float64Array, Float64Array | undefined]
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

function unpack({ categorical, lengthScales, signal, additiveShare }: Kernel): KernelArguments {
  return [categorical, lengthScales, signal, additiveShare]
}

/** Undefined where the addon is not built, or the CPU lacks fused multiply-adds, without which TypeScript is faster. */
export function loadNativeAlgebra(): LinearAlgebra | undefined {
  const binding = loadBinding()
  return binding?.isFastHere ? toAlgebra(binding) : undefined
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
      return { kernel, count: points.length / kernel.lengthScales.length, numbers }
    },
    covariance: ({ kernel, numbers }, noises, done, matrix) =>
      binding.covariance(...unpack(kernel), numbers, noises, done, matrix),
    crossCovariance: ({ kernel, count, numbers }, others, slopes) => {
      const covariances = new Float64Array(count * (others.length / kernel.lengthScales.length))
      binding.crossCovariance(...unpack(kernel), numbers, others, covariances, slopes)
      return covariances
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
