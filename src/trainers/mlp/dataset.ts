/** A table of numbers and what to predict from it. Immutable; shared by every training that uses it. */
export interface Dataset {
  readonly name: string
  readonly title: string
  readonly task: 'classification' | 'regression'
  readonly rows: number
  readonly featureNames: readonly string[]
  /** rows x featureNames.length, row-major, as in the source. */
  readonly features: Float64Array
  /** A class number a row, or the value to predict. */
  readonly targets: Float64Array
  /** Names of the classes by number; empty for regression. */
  readonly classes: readonly string[]
}
