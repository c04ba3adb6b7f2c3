import { objectivesOf } from '../../src/domain/metric.ts'
import { HistoryChart } from '../charts/history-chart.tsx'
import { ParallelChart } from '../charts/parallel-chart.tsx'
import { ParetoChart } from '../charts/pareto-chart.tsx'
import { SliceChart } from '../charts/slice-chart.tsx'
import { endedTrials } from '../data/ended.ts'
import { formatValue } from '../data/format.ts'
import { isOfUse } from '../data/history.ts'
import type { StudyView, TrialRow } from '../data/types.ts'
import { Hints } from '../parts/hints.tsx'
import { HowToTrain } from '../parts/how-to-train.tsx'
import { ImportanceBars } from '../parts/importance.tsx'
import { LearningCurves } from '../parts/learning-curves.tsx'
import { Problem } from '../parts/problem.tsx'
import { Recommended } from '../parts/recommended.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { StudyButtons } from '../parts/study-buttons.tsx'
import { TrialList } from '../parts/trial-list.tsx'
import { useStudy } from '../parts/use-study.ts'

/** One study, live. */
export function StudyPage({ id }: { id: string }) {
  const { study, table, isLoaded, error, refresh } = useStudy(id)
  if (!study) return error ? <Problem error={error} /> : <p class="empty">Loading…</p>
  const { rows, live } = table
  const objectives = objectivesOf(study.metrics)
  const [objective, second] = objectives
  const { parameters } = study.searchSpace
  // What the service computes keeps it busy: it is asked for after the trials, and anew when some 7 % more have ended, or
  // the state changes. Failures count too: there are hints about them.
  const epoch = `${study.state} ${Math.floor(10 * Math.log2(1 + endedTrials(study)))}`
  const best = study.bestTrial
  const useful = rows.filter((row) => isOfUse(row, study.metrics))
  return (
    <>
      <Head study={study} rows={rows} epoch={epoch} onChange={refresh} />
      <Problem error={error} />
      {isUntouched(study) && <HowToTrain study={study} />}
      <div class="grid">
        {second && (
          <Card title={`Trade-offs: ${objective!.name} and ${second.name}`}>
            <ParetoChart rows={rows} objectives={objectives} metrics={study.metrics} study={id} />
          </Card>
        )}
        {objectives.map((one) => (
          <Card key={one.name} title={`${one.name}, best so far`}>
            <HistoryChart rows={rows} objective={one} metrics={study.metrics} study={id} />
          </Card>
        ))}
        <Card title="Importance">
          {isLoaded && <ImportanceBars study={id} metric={objective!.name} epoch={epoch} />}
        </Card>
        <Card title="Learning curves">
          {isLoaded && (
            <LearningCurves study={id} rows={useful} live={live} objective={objective!} epoch={epoch} />
          )}
        </Card>
        {parameters.length > 1 && (
          <Card title={`All parameters, the bluer the better ${objective!.name}`} isWide>
            <ParallelChart rows={useful} parameters={parameters} objective={objective!} />
          </Card>
        )}
        {isLoaded && <Hints study={id} epoch={epoch} />}
        {parameters.map((parameter) => (
          <Card key={parameter.name} title={parameter.name}>
            <SliceChart rows={rows} parameter={parameter} objective={objective!} study={id} best={best} />
          </Card>
        ))}
      </div>
      <TrialList study={study} rows={rows} />
    </>
  )
}

/** Whether it is for others to train, and nobody has asked for a trial. */
function isUntouched({ trainer, state, trials }: StudyView): boolean {
  return (
    trainer.kind === 'external' && state === 'running' && Object.values(trials).every((count) => count === 0)
  )
}

function Head({
  study,
  rows,
  epoch,
  onChange,
}: {
  study: StudyView
  rows: readonly TrialRow[]
  epoch: string
  onChange: () => void
}) {
  const { name, state, trials, limits, bestTrial, endReason, test, warmStart } = study
  const best = bestTrial === undefined ? undefined : rows[bestTrial]
  const objectives = objectivesOf(study.metrics)
  const [objective] = objectives
  const counts = Object.entries(trials).filter(([, count]) => count > 0)
  return (
    <section class="card head" aria-label="Study">
      <div class="bar">
        <h1>{name}</h1>
        <StateBadge state={state} />
        <StudyButtons study={study} onChange={onChange} />
      </div>
      <p class="muted" role="status">
        {counts.map(([what, count]) => `${count} ${what}`).join(', ') || 'no trial yet'}
        {limits.trials ? ` · ${limits.trials} in all` : ''}
        {warmStart
          ? ` · begun with ${warmStart.points.length} from ${warmStart.studies.length} earlier ${warmStart.studies.length === 1 ? 'study' : 'studies'}`
          : ''}{' '}
        {endReason ? `· ${endReason.message}` : ''}
      </p>
      {best && (
        <p>
          Best: <a href={`#/studies/${study.id}/trials/${best.number}`}>trial {best.number}</a>,{' '}
          {objective!.name} <strong>{formatValue(best.metrics?.[objective!.name])}</strong>
          {test &&
            ` · on the test rows: ${Object.entries(test.metrics)
              .map(([metric, value]) => `${metric} ${formatValue(value)}`)
              .join(', ')}`}
        </p>
      )}
      {objectives.some(({ noisy }) => noisy) && <Recommended study={study} epoch={epoch} />}
    </section>
  )
}

function Card({
  title,
  isWide,
  children,
}: {
  title: string
  isWide?: boolean
  children: preact.ComponentChildren
}) {
  return (
    <section class={isWide ? 'card wide' : 'card'} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}
