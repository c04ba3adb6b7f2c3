import { expect, it } from 'vitest'
import { applyEvent } from '../../src/domain/apply-event.ts'
import type { ParameterValues } from '../../src/domain/search-space.ts'
import { type StudySnapshot, withQueued } from '../../src/domain/study-snapshot.ts'
import { typescriptAlgebra } from '../../src/math/typescript-algebra.ts'
import { createNumerics } from '../../src/optimizer/numerics.ts'
import { propose } from '../../src/optimizer/propose.ts'
import { readReplay } from '../support/replays.ts'

const DIGITS = 9

const journal = readReplay('auto-conditional.jsonl')
const commits = journal.filter((event) => event.type === 'trial-proposed')
const modelled = commits.filter(({ origin }) => origin.algebra === 'native')

/** Numbers without the digits in which algebras may differ. */
function rounded(params: ParameterValues): ParameterValues {
  const entries = Object.entries(params).map(([name, value]) => [
    name,
    typeof value === 'number' ? Number(value.toPrecision(DIGITS)) : value,
  ])
  return Object.fromEntries(entries)
}

it(`either algebra proposes the same to ${DIGITS} digits from what was recorded by the native one`, () => {
  const numerics = createNumerics(typescriptAlgebra)
  expect(modelled.length).toBeGreaterThan(10)
  for (const { number, params, origin } of modelled) {
    const known = journal.slice(0, origin.revision)
    const snapshot = known.reduce<StudySnapshot | undefined>(applyEvent, undefined)!
    const together = commits.slice(snapshot.trials.length, number)
    const proposal = propose(withQueued(snapshot, together), number, numerics)
    if (proposal === 'exhausted') throw new Error('A continuous space cannot be exhausted.')

    expect(proposal.origin).toMatchObject({ algebra: 'typescript', version: origin.version })
    expect(rounded(proposal.params)).toEqual(rounded(params))
  }
})
