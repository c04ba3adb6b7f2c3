/** An array in row-major order. Whole numbers stay exact: shapes and indices are tensors too. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: Float64Array
  readonly isInteger: boolean
}
export interface Node {
  readonly operator: string
  readonly inputs: readonly string[]
  readonly output: string
  readonly attributes: Readonly<Record<string, number | Tensor>>
}
export function tensor(shape: readonly number[], data: ArrayLike<number>, isInteger = false): Tensor {
  return { shape, data: Float64Array.from(data), isInteger }
}
