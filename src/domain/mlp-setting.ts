/** What one setting of the `mlp` trainer may be, and what it is when nobody says. */
export type MlpSetting =
  | NumberSetting
  | ChoiceSetting
  | FlagSetting
  | WidthsSetting
  | WeightsSetting
  | ColumnSetting

interface NumberSetting {
  readonly type: 'int' | 'float'
  readonly min: number
  readonly max: number
  readonly default: number
  readonly description: string
}
interface ChoiceSetting {
  readonly type: 'choice'
  readonly choices: readonly string[]
  readonly default: string
  readonly description: string
}
interface FlagSetting {
  readonly type: 'flag'
  readonly default: boolean
  readonly description: string
}
/** A width a hidden layer: a list where it is fixed, text such as `64-32` where it is searched. */
interface WidthsSetting {
  readonly type: 'widths'
  readonly layersMax: number
  readonly widthMax: number
  readonly default: readonly number[]
  readonly description: string
}
/** A column of the data set; empty for none. */
interface ColumnSetting {
  readonly type: 'column'
  readonly default: string
  readonly description: string
}
/** A rule that gives weights, or the weights themselves. */
interface WeightsSetting {
  readonly type: 'weights'
  readonly choices: readonly string[]
  readonly min: number
  readonly max: number
  readonly default: string
  readonly description: string
}

export function int(min: number, max: number, standard: number, description: string): NumberSetting {
  return { type: 'int', min, max, default: standard, description }
}

export function float(min: number, max: number, standard: number, description: string): NumberSetting {
  return { type: 'float', min, max, default: standard, description }
}

export function choice(choices: readonly string[], standard: string, description: string): ChoiceSetting {
  return { type: 'choice', choices, default: standard, description }
}

export function flag(standard: boolean, description: string): FlagSetting {
  return { type: 'flag', default: standard, description }
}

/** The widths that a list or text such as `64-32` names; undefined for anything else. */
export function parseWidths(value: unknown): readonly number[] | undefined {
  const widths =
    typeof value === 'string' && /^\d+(-\d+)*$/.test(value) ? value.split('-').map(Number) : value
  return Array.isArray(widths) && widths.every((width) => typeof width === 'number') ? widths : undefined
}
