import { ApiProblem } from '../api.ts'
import { endedTrials } from '../data/ended.ts'
import type { StudyView } from '../data/types.ts'
import { HowToTrain } from '../parts/how-to-train.tsx'
import { Problem } from '../parts/problem.tsx'
import { StudyCharts } from '../parts/study-charts.tsx'
import { StudyHead } from '../parts/study-head.tsx'
import { TrialList } from '../parts/trial-list.tsx'
import { useStudy } from '../parts/use-study.ts'
import { useTitle } from '../parts/use-title.ts'

/** One study, live. */
export function StudyPage({ id }: { id: string }) {
  const { study, table, isLoaded, isLive, error, refresh } = useStudy(id)
  useTitle(study?.name ?? 'Study')
  if (!study) return error ? <Problem error={error} /> : <p class="empty">Loading…</p>
  if (error instanceof ApiProblem && error.status === 404)
    return <p class="empty">{study.name} is gone: somebody has deleted it.</p>
  // What the service computes keeps it busy: it is asked for after the trials, and anew when some 7 % more have ended, or
  // the state changes. Failures count too: there are hints about them.
  const epoch = `${study.state} ${Math.floor(10 * Math.log2(1 + endedTrials(study)))}`
  return (
    <>
      <StudyHead {...{ study, epoch, isLive }} rows={table.rows} onChange={refresh} />
      <Problem error={error} />
      {isUntouched(study) && <HowToTrain study={study} />}
      <StudyCharts {...{ study, table, isLoaded, epoch }} />
      <TrialList study={study} rows={table.rows} />
    </>
  )
}

/** Whether it is for others to train, and nobody has asked for a trial. */
function isUntouched({ trainer, state, trials }: StudyView): boolean {
  return (
    trainer.kind === 'external' && state === 'running' && Object.values(trials).every((count) => count === 0)
  )
}
