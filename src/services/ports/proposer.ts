import type { ParameterValues, SearchSpace } from '../../domain/search-space.ts'
import type { EndReason } from '../../domain/study.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { Proposal } from '../../domain/trial.ts'
import type { StartPoint } from '../../domain/warm-start.ts'
import type { EarlierStudy } from '../../optimizer/warm-start/earlier-study.ts'

/** The optimizer broke over a study. It is a pure function, so it would break again. */
export class ProposalFailed extends Error {}

/** Computes where it holds up nobody else what takes the optimizer long. Every method @throws ProposalFailed */
export interface Proposer {
  /** See optimizer/next-trial.ts. */
  nextTrial(snapshot: StudySnapshot, index: number, fixed?: ParameterValues): Promise<Proposal | EndReason>
  /** See optimizer/warm-start/choose-points.ts. */
  chooseStartPoints(space: SearchSpace, studies: readonly EarlierStudy[]): Promise<readonly StartPoint[]>
}
