import type { StudySnapshot } from '../../domain/events.ts'
import type { ParameterValues } from '../../domain/search-space.ts'
import type { EndReason } from '../../domain/study.ts'
import type { Proposal } from '../../domain/trial.ts'

/** The optimizer broke over a study. It is a pure function, so it would break again. */
export class ProposalFailed extends Error {}

/** Computes proposals where they hold up nobody else; see optimizer/next-trial.ts. */
export interface Proposer {
  /** @throws ProposalFailed */
  nextTrial(snapshot: StudySnapshot, index: number, fixed?: ParameterValues): Promise<Proposal | EndReason>
}
