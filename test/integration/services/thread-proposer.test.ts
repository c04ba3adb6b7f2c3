import { afterEach, describe, expect, it } from 'vitest'
import { bestAlgebra } from '../../../src/algebra/best-algebra.ts'
import { createNumerics } from '../../../src/optimizer/numerics.ts'
import { propose } from '../../../src/optimizer/propose.ts'
import { chooseStartPoints } from '../../../src/optimizer/warm-start/choose-points.ts'
import { earlierStudy } from '../../../src/optimizer/warm-start/earlier-study.ts'
import { ProposalFailed } from '../../../src/services/ports/proposer.ts'
import { createThreadProposer } from '../../../src/threads/thread-proposer.ts'
import { simulate } from '../../support/simulate.ts'

const proposer = createThreadProposer()
const numerics = createNumerics(bestAlgebra())
afterEach(() => proposer.close())

const space = {
  parameters: [{ name: 'x', type: 'float', min: 0, max: 1, scale: 'linear' }],
  constraints: [],
} as const

describe('the proposal thread', () => {
  it('proposes what the optimizer proposes, to all who ask at once', async () => {
    const snapshot = simulate({ space, objective: ({ x }) => Number(x), trials: 12 })

    const proposals = await Promise.all([12, 13, 14].map((index) => proposer.nextTrial(snapshot, index)))

    expect(proposals).toEqual([12, 13, 14].map((index) => propose(snapshot, index, numerics)))
  })

  it('chooses the start points that the optimizer chooses, which may be none', async () => {
    const study = earlierStudy(simulate({ space, objective: ({ x }) => Number(x), trials: 12 }))!

    const points = chooseStartPoints(space, [study], numerics)
    expect(points).toHaveLength(1)
    expect(await proposer.chooseStartPoints(space, [study])).toEqual(points)
    expect(await proposer.chooseStartPoints(space, [])).toEqual([])
  })

  it('says so when the optimizer breaks, and goes on', async () => {
    const snapshot = simulate({ space, objective: ({ x }) => Number(x), trials: 3 })
    const broken = { ...snapshot, trials: [{ ...snapshot.trials[0]!, params: undefined as never }] }

    await expect(proposer.nextTrial(broken, 1)).rejects.toThrow(ProposalFailed)
    expect(await proposer.nextTrial(snapshot, 3)).toEqual(propose(snapshot, 3, numerics))
  })
})
