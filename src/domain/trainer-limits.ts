import { MLP_SETTINGS, type MlpSettings } from './mlp-settings.ts'
import type { FloatSpec, IntSpec } from './search-space.ts'
import type { TrainerSpec } from './study.ts'

/** Whether the trainer takes nothing beyond this end of the range, as a share that is left out cannot fall below 0. */
export function endsAtTrainerLimit(
  { kind }: TrainerSpec,
  { name, min, max }: FloatSpec | IntSpec,
  upper: boolean,
): boolean {
  const setting = kind === 'mlp' ? MLP_SETTINGS[name as keyof MlpSettings] : undefined
  if (!setting || !('min' in setting)) return false
  return upper ? max >= setting.max : min <= setting.min
}
