/** What one setting of the `mlp` trainer may be, and what it is when nobody says. */
export type MlpSetting = NumberSetting | ChoiceSetting

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

export function int(min: number, max: number, standard: number, description: string): NumberSetting {
  return { type: 'int', min, max, default: standard, description }
}

export function float(min: number, max: number, standard: number, description: string): NumberSetting {
  return { type: 'float', min, max, default: standard, description }
}

export function choice(choices: readonly string[], standard: string, description: string): ChoiceSetting {
  return { type: 'choice', choices, default: standard, description }
}
