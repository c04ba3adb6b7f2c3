import { useState } from 'preact/hooks'
import { STUDY_STATES } from '../../src/domain/study.ts'
import { get } from '../api.ts'
import { COMPARED_MAX } from '../data/compare.ts'
import { endedTrials } from '../data/ended.ts'
import { formatAge } from '../data/format.ts'
import type { StudyView } from '../data/types.ts'
import { Problem } from '../parts/problem.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { useTick } from '../parts/use-tick.ts'
import { useTitle } from '../parts/use-title.ts'

const REFRESH_MS = 3000

interface StudyPage {
  readonly items: readonly StudyView[]
  readonly nextCursor?: string
}

/** All studies, the newest first. */
export function StudiesPage() {
  useTitle('Studies')
  const [query, setQuery] = useState('')
  const [state, setState] = useState('')
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [cursors, setCursors] = useState<readonly string[]>([])
  const tick = useTick(REFRESH_MS)
  const parameters = new URLSearchParams({ limit: '50' })
  if (query) parameters.set('q', query)
  if (state) parameters.set('state', state)
  if (cursors.length > 0) parameters.set('cursor', cursors.at(-1)!)
  const { value, error } = useAnswer<StudyPage>(
    (signal) => get(`/v1/studies?${parameters}`, signal),
    [parameters.toString()],
    tick,
  )
  const change = (set: (text: string) => void) => (event: Event) => {
    setCursors([])
    set((event.currentTarget as HTMLInputElement).value)
  }
  return (
    <>
      <div class="bar">
        <h1>Studies</h1>
        <input type="search" aria-label="Name" placeholder="Name" value={query} onInput={change(setQuery)} />
        <select aria-label="State" value={state} onChange={change(setState)}>
          {['', ...STUDY_STATES].map((one) => (
            <option key={one} value={one}>
              {one || 'any state'}
            </option>
          ))}
        </select>
        {chosen.length === 1 && <span class="muted">Choose another one to compare</span>}
        {chosen.length > 1 && (
          <a class="button" href={`#/compare/${chosen.join()}`}>
            Compare {chosen.length}
          </a>
        )}
        <a class="button" href="#/new">
          New study
        </a>
      </div>
      <Problem error={error} />
      {value?.items.length === 0 && (
        <p class="empty">{query || state ? 'No study like that.' : 'Nothing here yet.'}</p>
      )}
      <ul class="studies">
        {value?.items.map((study) => (
          <StudyCard
            key={study.id}
            study={study}
            isChosen={chosen.includes(study.id)}
            isFull={chosen.length >= COMPARED_MAX}
            onChoose={(isChosen) =>
              setChosen((before) => [
                ...before.filter((id) => id !== study.id),
                ...(isChosen ? [study.id] : []),
              ])
            }
          />
        ))}
      </ul>
      <div class="bar">
        {cursors.length > 0 && (
          <button type="button" class="quiet" onClick={() => setCursors(cursors.slice(0, -1))}>
            Newer
          </button>
        )}
        {value?.nextCursor && (
          <button type="button" class="quiet" onClick={() => setCursors([...cursors, value.nextCursor!])}>
            Older
          </button>
        )}
      </div>
    </>
  )
}

interface StudyCardProps {
  readonly study: StudyView
  readonly isChosen: boolean
  /** Whether no more can be chosen. */
  readonly isFull: boolean
  readonly onChoose: (isChosen: boolean) => void
}

function StudyCard({ study, isChosen, isFull, onChoose }: StudyCardProps) {
  const { trials, limits, metrics, trainer, bestTrial } = study
  const ended = endedTrials(study)
  const goals = metrics.flatMap((metric) => ('goal' in metric ? [`${metric.goal} ${metric.name}`] : []))
  const what =
    trainer.kind === 'mlp' ? trainer.dataset : trainer.kind === 'function' ? trainer.name : 'external'
  return (
    <li class="card">
      <input
        type="checkbox"
        aria-label={`Compare ${study.name}`}
        title="To compare"
        checked={isChosen}
        disabled={isFull && !isChosen}
        onChange={(event) => onChoose(event.currentTarget.checked)}
      />
      <a class="title" href={`#/studies/${study.id}`}>
        {study.name}
      </a>
      <StateBadge state={study.state} />
      <span class="muted">
        {what} · {goals.join(', ')} · {formatAge(study.createdAt, Date.now())} ago
      </span>
      <progress
        aria-label="Trials that have ended"
        value={ended}
        max={limits.trials ?? Math.max(1, ended + trials.running + trials.queued)}
      />
      <span class="muted">
        {ended}
        {limits.trials ? ` of ${limits.trials}` : ''} trials
        {bestTrial === undefined ? '' : ` · best: trial ${bestTrial}`}
      </span>
    </li>
  )
}
