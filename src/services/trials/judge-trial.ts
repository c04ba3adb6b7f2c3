import type { StudyId } from '../../domain/ids.ts'
import type { PrunerSpec } from '../../domain/study.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { Report } from '../../domain/trial.ts'
import { type PruningDecision, shouldPrune } from '../../optimizer/should-prune.ts'
import type { ServiceDeps } from '../deps.ts'
import { untilAvailable } from '../waiting/until-available.ts'

/** Says of a trial that trains here whether to give it up, at once and not after a round trip. */
export interface Judge {
  /** @returns why it is to be given up after this report; undefined while it goes on. */
  hear(report: Report): PruningDecision | undefined
  /** Looks at how far the others have come. Never rejects. */
  lookAround(): Promise<void>
}

const NONE: Judge = { hear: () => undefined, lookAround: async () => {} }

/**
 * A trial alone in its study is judged by the same curves whenever it reports, so the same seed gives the same trials.
 *
 * @throws study-not-found
 */
export async function createJudge(
  deps: ServiceDeps,
  id: StudyId,
  number: number,
  pruner: PrunerSpec,
  signal: AbortSignal,
): Promise<Judge> {
  if (pruner.kind === 'none') return NONE
  let snapshot: StudySnapshot = await untilAvailable(() => deps.curves.load(id), signal)
  const reports = [...(snapshot.trials[number]?.curve ?? [])]
  return {
    hear(report) {
      // A training that begins anew tells again what is known.
      if (report.step <= (reports.at(-1)?.step ?? 0)) return undefined
      reports.push(report)
      return shouldPrune(snapshot, number, reports)
    },
    async lookAround() {
      try {
        snapshot = await deps.curves.load(id)
      } catch (err) {
        deps.logger.warn({ studyId: id, err }, 'trial judged by older curves')
      }
    },
  }
}
