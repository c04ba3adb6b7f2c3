import { describe, expect, it, vi } from 'vitest'
import { algebraNamed } from '../../../src/algebra/best-algebra.ts'
import type { StudyId } from '../../../src/domain/ids.ts'
import { formatJournal, parseJournal } from '../../../src/redis/journal-lines.ts'
import type { ServiceDeps } from '../../../src/services/deps.ts'
import { createStudy } from '../../../src/services/studies/create-study.ts'
import { verifyStudy } from '../../../src/services/verify/verify-study.ts'
import { withServices } from '../../support/services.ts'

const services = withServices()
const trainer = { kind: 'function', name: 'sine-cosine' } as const

async function finishedStudy(deps: ServiceDeps): Promise<StudyId> {
  services.work(deps)
  const { study } = await createStudy(deps, { trainer, limits: { trials: 8, parallel: 3 } })
  const isOver = async () => !(await deps.store.isOpen(study.id))
  await vi.waitUntil(isOver, { timeout: 20_000, interval: 20 })
  return study.id
}

describe('verifyStudy', () => {
  it('passes a study whose records are as its journal says, which is put away for the most part', async () => {
    const deps = services.deps()
    const id = await finishedStudy(deps)

    const verification = await verifyStudy(deps.store, id, algebraNamed)

    expect(verification).not.toHaveProperty('difference')
    expect(verification.reproposed).toBe(8)
    expect(await services.redis().zcard(`test:{${id}}:archive`)).toBeGreaterThan(0)
  })

  it('invariant 2: finds a record that the journal does not tell of', async () => {
    const { store, ...deps } = services.deps()
    const id = await finishedStudy({ store, ...deps })
    const tampered = {
      ...store,
      loadSnapshot: async () => {
        const snapshot = await store.loadSnapshot(id)
        return {
          ...snapshot,
          trials: snapshot.trials.with(3, { ...snapshot.trials[3]!, worker: 'somebody else' }),
        }
      },
    }

    const { difference } = await verifyStudy(tampered, id, algebraNamed)

    expect(difference?.message).toBe(
      'Invariant 2: the journal and the records differ: trials[3].worker: "worker" became "somebody else".',
    )
  })

  it('refuses an unknown study', async () => {
    const { store } = services.deps()

    await expect(verifyStudy(store, 'st_2222222222222222' as StudyId, algebraNamed)).rejects.toMatchObject({
      code: 'study-not-found',
    })
  })
})

describe('a journal as a file', () => {
  it('reads back as it was written, npm heading or not', async () => {
    const deps = services.deps()
    const journal = await deps.store.readJournal(await finishedStudy(deps))

    const text = formatJournal(journal)

    expect(parseJournal(text)).toEqual(journal)
    expect(parseJournal(`\n> hone@0.1.0 verify\n> tsx scripts/verify.ts\n\n${text}`)).toEqual(journal)
  })

  it('names the line that is no event', () => {
    expect(() => parseJournal('\n{"type":"surprise"}\n')).toThrow('Line 2 is no event of a journal.')
  })
})
