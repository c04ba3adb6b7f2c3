import type { Fault } from '../../domain/errors.ts'
import { parseWidths } from '../../domain/mlp-setting.ts'
import { MLP_DEFAULTS, MLP_SETTINGS, type MlpSetting, type MlpSettings } from '../../domain/mlp-settings.ts'
import type { ParameterSpec, ParameterValue } from '../../domain/search-space.ts'
import type { StudyDefinition } from '../../domain/study.ts'

// Which rows are held out, and what each counts, must be the same for all trials of a study, or their values could not be compared.
const NOT_SEARCHED = ['validationFraction', 'testFraction', 'splitSeed', 'folds', 'repeats', 'sampleWeights']

// They name the layers in two ways: only one of them can hold.
const WIDTHS_INSTEAD = ['hiddenLayers', 'hiddenUnits']

export function checkFixedSettings(settings: Readonly<Record<string, unknown>>): Fault[] {
  const faults = Object.entries(settings).flatMap(([name, value]) => {
    const fault = checkValue(name, value as ParameterValue)
    return fault ? [{ path: `trainer.settings.${name}`, message: fault }] : []
  })
  return [...faults, ...checkFractions(settings), ...checkWidthsAlone(settings)]
}

/** Every value that a parameter of the space can take must be a legal value of the setting of its name. */
export function checkSearchedSettings({ searchSpace, trainer }: StudyDefinition): Fault[] {
  const fixed: Partial<MlpSettings> = trainer.kind === 'mlp' ? trainer.settings : {}
  const names = searchSpace.parameters.map(({ name }) => name)
  return searchSpace.parameters.flatMap((parameter, i) => {
    const path = `searchSpace.parameters[${i}]`
    const { name } = parameter
    if (!isSetting(name)) return [{ path: `${path}.name`, message: unknownSetting(name) }]
    if (NOT_SEARCHED.includes(name)) {
      return [{ path: `${path}.name`, message: `${name} cannot be searched: set it in trainer.settings` }]
    }
    if (name in fixed) {
      return [
        { path: `${path}.name`, message: `${name} is fixed in trainer.settings: remove it there or here` },
      ]
    }
    if (contradictsWidths(name, [...names, ...Object.keys(fixed)])) {
      return [
        { path: `${path}.name`, message: `${name} has no effect beside hiddenWidths: use one or the other` },
      ]
    }
    return checkParameter(parameter, path)
  })
}

/** Trials that were trained without a parameter had the setting that it would now search. */
export function checkAddedSetting(
  fixed: Partial<MlpSettings>,
  { name, default: standard }: ParameterSpec,
): string | undefined {
  if (!isSetting(name)) return unknownSetting(name)
  if (name in fixed)
    return `${name} is fixed in trainer.settings, which stay: create another study to search it`
  const had = JSON.stringify(MLP_DEFAULTS[name])
  const isSame = JSON.stringify(parseWidths(standard) ?? standard) === had
  return isSame ? undefined : `the trials were trained with ${name} ${had}, so that must be its default`
}

/** Whether hiddenWidths says already what the setting says. */
function contradictsWidths(name: string, others: readonly string[]): boolean {
  return WIDTHS_INSTEAD.includes(name) && others.includes('hiddenWidths')
}

function checkWidthsAlone(settings: Readonly<Record<string, unknown>>): Fault[] {
  const names = Object.keys(settings)
  return names
    .filter((name) => contradictsWidths(name, names))
    .map((name) => ({
      path: `trainer.settings.${name}`,
      message: `${name} has no effect beside hiddenWidths: use one or the other`,
    }))
}

function checkParameter(parameter: ParameterSpec, path: string): Fault[] {
  const setting = MLP_SETTINGS[parameter.name as keyof MlpSettings]
  if (parameter.type === 'float' && setting.type !== 'float') {
    const message = `${parameter.name} ${legalValues(setting)}: use type ${setting.type === 'int' ? 'int' : 'categorical'}`
    return [{ path: `${path}.type`, message }]
  }
  return extremes(parameter).flatMap(([where, value]) => {
    const message = checkValue(parameter.name, value)
    return message ? [{ path: `${path}.${where}`, message }] : []
  })
}

/** The values that decide whether all are legal, each with its place. */
function extremes(parameter: ParameterSpec): readonly (readonly [string, ParameterValue])[] {
  if (parameter.type === 'float' || parameter.type === 'int') {
    return [
      ['min', parameter.min],
      ['max', parameter.max],
    ]
  }
  const [field, values] =
    parameter.type === 'ordinal'
      ? (['values', parameter.values] as const)
      : (['choices', parameter.choices] as const)
  return values.map((value, i) => [`${field}[${i}]`, value] as const)
}

function checkValue(name: string, value: ParameterValue): string | undefined {
  if (!isSetting(name)) return unknownSetting(name)
  const setting = MLP_SETTINGS[name]
  return isLegal(setting, value) ? undefined : `${name} ${legalValues(setting)}, not ${JSON.stringify(value)}`
}

function isSetting(name: string): name is keyof MlpSettings {
  return Object.hasOwn(MLP_SETTINGS, name)
}

function unknownSetting(name: string): string {
  return `the mlp trainer has no setting ${name}; it has ${Object.keys(MLP_SETTINGS).join(', ')}`
}

function isLegal(setting: MlpSetting, value: unknown): boolean {
  if (setting.type === 'flag') return typeof value === 'boolean'
  if (setting.type === 'column') return typeof value === 'string'
  if (setting.type === 'weights' && Array.isArray(value))
    return value.every((weight) => weight >= setting.min && weight <= setting.max)
  if (setting.type === 'widths') return areLegalWidths(setting, parseWidths(value))
  if ('choices' in setting) return typeof value === 'string' && setting.choices.includes(value)
  if (typeof value !== 'number' || !(value >= setting.min && value <= setting.max)) return false
  return setting.type === 'float' || Number.isInteger(value)
}

function areLegalWidths(
  { layersMax, widthMax }: Extract<MlpSetting, { type: 'widths' }>,
  widths: readonly number[] | undefined,
): boolean {
  const isWidth = (width: number) => Number.isInteger(width) && width >= 1 && width <= widthMax
  return widths !== undefined && widths.length <= layersMax && widths.every(isWidth)
}

function legalValues(setting: MlpSetting): string {
  if (setting.type === 'flag') return 'must be true or false'
  if (setting.type === 'column') return 'must be the name of a column'
  if (setting.type === 'weights')
    return `must be one of ${setting.choices.join(', ')}, or numbers from ${setting.min} to ${setting.max}`
  if (setting.type === 'widths') {
    return `must name at most ${setting.layersMax} widths from 1 to ${setting.widthMax}, such as [64, 32], or "64-32" to be searched`
  }
  if (setting.type === 'choice') return `must be one of ${setting.choices.join(', ')}`
  return `must be ${setting.type === 'int' ? 'a whole number' : 'a number'} from ${setting.min} to ${setting.max}`
}

function checkFractions(settings: Partial<MlpSettings>): Fault[] {
  const { folds = 1, validationFraction = MLP_SETTINGS.validationFraction.default } = settings
  // Folds validate by parts of their own.
  const validation = folds > 1 ? 0 : validationFraction
  const test = settings.testFraction ?? MLP_SETTINGS.testFraction.default
  if (Number(validation) + Number(test) <= 0.9) return []
  const message = 'validationFraction + testFraction must be at most 0.9, so that rows are left to train on'
  return [{ path: 'trainer.settings.validationFraction', message }]
}
