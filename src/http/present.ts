import type { StudyId } from '../domain/ids.ts'
import { type Report, type Trial, trialSeed } from '../domain/trial.ts'
import type { Page, StudyRecord } from '../services/ports/study-records.ts'
import type { PageView } from './schemas/page.ts'
import type { StudyView } from './schemas/study.ts'
import type { CurveColumns, TrialView } from './schemas/trial.ts'

/** A study as clients see it: definition and progress side by side. */
export function presentStudy({ study, counts, revision }: StudyRecord): StudyView {
  const { id, definition, state, createdAt, ...ending } = study
  return { id, ...definition, state, trials: counts, ...ending, revision, createdAt }
}

/** A trial as clients see it, its seed and duration worked out. */
export function presentTrial(study: StudyId, studySeed: number, trial: Trial): TrialView {
  const { crashes: _, curve, ...shown } = trial
  const seed = trialSeed(studySeed, trial.number)
  return { study, ...shown, seed, ...(curve && { curve: columns(curve) }), ...duration(trial) }
}

export function presentPage<Item, View>(page: Page<Item>, present: (item: Item) => View): PageView<View> {
  const { nextCursor } = page
  return { items: page.items.map(present), ...(nextCursor !== undefined && { nextCursor }) }
}

/** One column a metric, all as long as `step`, which a metric of that name gives way to. */
function columns(curve: readonly Report[]): CurveColumns {
  const names = [...new Set(curve.flatMap((report) => Object.keys(report.metrics)))]
  const metricColumns = names.map((name) => [name, curve.map((report) => report.metrics[name] ?? null)])
  return { ...Object.fromEntries(metricColumns), step: curve.map((report) => report.step) }
}

function duration({ startedAt, finishedAt }: Trial): { durationMs?: number } {
  return startedAt && finishedAt ? { durationMs: Date.parse(finishedAt) - Date.parse(startedAt) } : {}
}
