import { expect, it } from 'vitest'
import { createStudy } from '../../../src/services/studies/create-study.ts'
import { editStudy } from '../../../src/services/studies/edit-study.ts'
import { enqueueTrials } from '../../../src/services/trials/enqueue-trials.ts'
import { withServices } from '../../support/services.ts'

const services = withServices()
const x = { name: 'x', type: 'float', min: 0, max: 4 } as const

it.each([
  ['a constraint', { parameters: [x], constraints: ['x <= 3'] }],
  ['a parameter without default', { parameters: [x, { name: 'y', type: 'float', min: 0, max: 1 } as const] }],
])('a trial is checked against %s that was added this moment', async (_, searchSpace) => {
  const deps = services.deps()
  const { study } = await createStudy(deps, {
    trainer: { kind: 'external' },
    searchSpace: { parameters: [x] },
    metrics: [{ name: 'loss', goal: 'minimize' }],
    limits: { trials: 9 },
  })
  let isEdited = false
  const store: typeof deps.store = {
    ...deps.store,
    enqueueTrials: async (...args) => {
      if (!isEdited) await editStudy(deps, study.id, { searchSpace })
      isEdited = true
      return deps.store.enqueueTrials(...args)
    },
  }

  const enqueued = enqueueTrials({ ...deps, store }, study.id, [{ params: { x: 3.9 } }])

  await expect(enqueued).rejects.toMatchObject({ code: 'invalid-params' })
  expect((await deps.store.getStudy(study.id)).counts.queued).toBe(0)
})
