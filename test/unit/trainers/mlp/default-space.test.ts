import { describe, expect, it } from 'vitest'
import { checkSearchSpace } from '../../../../src/domain/check-search-space.ts'
import type { MlpSettings } from '../../../../src/domain/mlp-settings.ts'
import { checkSearchedSettings } from '../../../../src/trainers/mlp/check-settings.ts'
import { DATASET_NAMES, findDataset } from '../../../../src/trainers/mlp/data/datasets.ts'
import { defaultSpace } from '../../../../src/trainers/mlp/default-space.ts'
import { aDefinition } from '../../../support/simulate.ts'

const names = (settings: Partial<MlpSettings>) =>
  defaultSpace(findDataset('iris')!, settings).parameters.map(({ name }) => name)

describe('defaultSpace', () => {
  it.each(DATASET_NAMES)('is a legal space of legal settings for %s', (dataset) => {
    const space = defaultSpace(findDataset(dataset)!, {})
    const definition = aDefinition(space, { trainer: { kind: 'mlp', dataset, settings: {} } })

    expect(checkSearchSpace(space)).toEqual([])
    expect(checkSearchedSettings(definition)).toEqual([])
  })

  it('does not search what the settings fix', () => {
    expect(names({ hiddenLayers: 2 })).not.toContain('hiddenLayers')
  })

  it('searches momentum for sgd only', () => {
    expect(names({ optimizer: 'adam' })).not.toContain('momentum')
    expect(names({ optimizer: 'nesterov' })).toContain('momentum')
    const space = defaultSpace(findDataset('iris')!, { optimizer: 'sgd' })
    expect(space.parameters.find(({ name }) => name === 'momentum')).not.toHaveProperty('when')
    expect(checkSearchSpace(space)).toEqual([])
  })
})
