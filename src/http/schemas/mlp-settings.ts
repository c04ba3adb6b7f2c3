import { z } from 'zod'
import { MLP_SETTINGS, type MlpSetting, type MlpSettings } from '../../domain/mlp-settings.ts'

/** Made from the domain's table, so the document lists what the engine takes. */
export const MlpSettingsSchema = z
  .strictObject(
    Object.fromEntries(Object.entries(MLP_SETTINGS).map(([name, setting]) => [name, settingSchema(setting)])),
  )
  .meta({
    id: 'MlpSettings',
    description: 'Settings of the network that are not searched; what is left out has its default.',
  }) as unknown as z.ZodType<Partial<MlpSettings>>

function settingSchema(setting: MlpSetting) {
  const { description, default: standard } = setting
  return valueSchema(setting).meta({ description, default: standard }).optional()
}

function valueSchema(setting: MlpSetting): z.ZodType {
  if (setting.type === 'choice') return z.enum(setting.choices as [string, ...string[]])
  if (setting.type === 'flag') return z.boolean()
  if (setting.type === 'column') return z.string().max(200)
  if (setting.type === 'weights') {
    const weight = z.number().min(setting.min).max(setting.max)
    return z.union([z.enum(setting.choices as [string, ...string[]]), z.array(weight)])
  }
  if (setting.type === 'widths') {
    return z.array(z.int().min(1).max(setting.widthMax)).max(setting.layersMax)
  }
  return (setting.type === 'int' ? z.int() : z.number()).min(setting.min).max(setting.max)
}
