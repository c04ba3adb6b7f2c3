import { objectivesOf } from '../../src/domain/metric.ts'
import { ownValue } from '../../src/domain/own-value.ts'
import { formatValue } from '../data/format.ts'
import type { StudyView, TrialRow } from '../data/types.ts'
import { Recommended } from './recommended.tsx'
import { StateBadge } from './state-badge.tsx'
import { StudyButtons } from './study-buttons.tsx'

interface StudyHeadProps {
  readonly study: StudyView
  readonly rows: readonly TrialRow[]
  readonly epoch: string
  readonly isLive: boolean
  readonly onChange: () => void
}

/** How far a study is, what it has come to and what may be done with it. */
export function StudyHead({ study, rows, epoch, isLive, onChange }: StudyHeadProps) {
  const { name, state, bestTrial } = study
  const best = bestTrial === undefined ? undefined : rows[bestTrial]
  return (
    <section class="card head" aria-label="Study">
      <div class="bar">
        <h1>{name}</h1>
        <span role="status">
          <StateBadge state={state} />
          {!isLive && ' not live: trying again'}
        </span>
        <StudyButtons study={study} isLive={isLive} onChange={onChange} />
      </div>
      <p class="muted counts">{countsOf(study)}</p>
      {best && <Best study={study} best={best} />}
      {objectivesOf(study.metrics).some(({ noisy }) => noisy) && <Recommended study={study} epoch={epoch} />}
    </section>
  )
}

function countsOf({ trials, limits, warmStart, endReason }: StudyView): string {
  const counts = Object.entries(trials).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []))
  const parts = [counts.join(', ') || 'no trial yet']
  if (limits.trials) parts.push(`${limits.trials} in all`)
  if (warmStart) {
    const { length } = warmStart.studies
    const studies = length === 1 ? 'study' : 'studies'
    parts.push(`begun with ${warmStart.points.length} from ${length} earlier ${studies}`)
  }
  if (endReason) parts.push(endReason.message)
  return parts.join(' · ')
}

function Best({ study, best }: { study: StudyView; best: TrialRow }) {
  const { name } = objectivesOf(study.metrics)[0]!
  const tested = Object.entries(study.test?.metrics ?? {}).map(
    ([metric, value]) => `${metric} ${formatValue(value)}`,
  )
  return (
    <p>
      Best: <a href={`#/studies/${study.id}/trials/${best.number}`}>trial {best.number}</a>, {name}{' '}
      <strong>{formatValue(ownValue(best.metrics, name))}</strong>
      {tested.length > 0 && ` · on the test rows: ${tested.join(', ')}`}
    </p>
  )
}
