/** How much points promise; larger is better. */
export interface Acquisition {
  /** One value a point. */
  readonly evaluate: (points: readonly Float64Array[]) => Float64Array
  /** The same to rounding, with the gradients in the features, one point after the other; 0 for categories. */
  readonly evaluateWithGradients: (points: readonly Float64Array[]) => {
    readonly values: Float64Array
    readonly gradients: Float64Array
  }
}
