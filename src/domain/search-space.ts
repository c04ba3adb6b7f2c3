/**
 * What may be searched. The wire names of the API are the domain's names: there is no second vocabulary.
 * Types here are the normalized form: every default is filled in.
 */
export type ParameterValue = number | string | boolean
export type ParameterValues = Readonly<Record<string, ParameterValue>>

/** Parameter named earlier -> the values of it that make this one active. All entries must hold. */
export type Condition = Readonly<Record<string, readonly ParameterValue[]>>
export type Scale = 'linear' | 'log' | 'reverseLog'

export interface FloatSpec {
  readonly name: string
  readonly type: 'float'
  readonly min: number
  readonly max: number
  readonly scale: Scale
  /** Values are min + k·step; only with scale linear. */
  readonly step?: number
  readonly when?: Condition
}
export interface IntSpec {
  readonly name: string
  readonly type: 'int'
  readonly min: number
  readonly max: number
  readonly scale: Scale
  /** Values are min + k·step. */
  readonly step: number
  readonly when?: Condition
}
export interface OrdinalSpec {
  readonly name: string
  readonly type: 'ordinal'
  /** In order; the order is what the optimizer learns from. */
  readonly values: readonly ParameterValue[]
  readonly when?: Condition
}
export interface CategoricalSpec {
  readonly name: string
  readonly type: 'categorical'
  readonly choices: readonly ParameterValue[]
  readonly when?: Condition
}
export type ParameterSpec = FloatSpec | IntSpec | OrdinalSpec | CategoricalSpec

export interface SearchSpace {
  readonly parameters: readonly ParameterSpec[]
  /** Sources of constraint expressions; see constraint.ts. */
  readonly constraints: readonly string[]
}
