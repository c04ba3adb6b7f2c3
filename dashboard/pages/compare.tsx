import { useRef, useState } from 'preact/hooks'
import type { Objective } from '../../src/domain/metric.ts'
import { ownValue } from '../../src/domain/own-value.ts'
import { isStudyFinished } from '../../src/domain/study.ts'
import { get, getPages } from '../api.ts'
import type { Color } from '../charts/canvas.tsx'
import { ProgressChart } from '../charts/progress-chart.tsx'
import {
  allParameters,
  type Progress,
  progressOf,
  type StudyTrials,
  sharedObjectives,
} from '../data/compare.ts'
import { formatValue } from '../data/format.ts'
import type { StudyView, TrialRow } from '../data/types.ts'
import { ObjectiveChoice } from '../parts/objective-choice.tsx'
import { Problem } from '../parts/problem.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { useTick } from '../parts/use-tick.ts'
import { useTitle } from '../parts/use-title.ts'

const REFRESH_MS = 5000
const COLORS: readonly Color[] = ['line-1', 'line-2', 'line-3', 'line-4', 'line-5', 'line-6']

/** Several studies beside each other: how fast each came how far, and with which values. */
export function ComparePage({ ids }: { ids: readonly string[] }) {
  const tick = useTick(REFRESH_MS)
  const ended = useRef(new Map<string, StudyTrials>())
  const read = async (id: string, signal: AbortSignal) => {
    const one = ended.current.get(id) ?? (await readStudy(id, signal))
    if (isStudyFinished(one.study.state)) ended.current.set(id, one)
    return one
  }
  const { value, error } = useAnswer(
    (signal) => Promise.all(ids.map((id) => read(id, signal))),
    [ids.join()],
    tick,
  )
  const [chosen, setChosen] = useState<string>()
  useTitle('Comparison')
  if (!value) return error ? <Problem error={error} /> : <p class="empty">Loading…</p>
  const studies = value.map(({ study }) => study)
  const shared = sharedObjectives(studies)
  const objective = shared.find(({ name }) => name === chosen) ?? shared[0]
  return (
    <>
      <div class="bar">
        <h1>{studies.length} studies compared</h1>
        {objective && (
          <ObjectiveChoice label="Objective" objectives={shared} objective={objective} onChoose={setChosen} />
        )}
      </div>
      <Problem error={error} />
      {objective ? (
        <Compared progress={value.map((one) => progressOf(one, objective))} objective={objective} />
      ) : (
        <p class="empty">They have no objective in common: none of the same name and goal.</p>
      )}
    </>
  )
}

async function readStudy(id: string, signal: AbortSignal): Promise<StudyTrials> {
  const study = await get<StudyView>(`/v1/studies/${id}`, signal)
  const rows: TrialRow[] = []
  const path = `/v1/studies/${id}/trials?fields=number,state,params,metrics`
  for await (const page of getPages<TrialRow>(path, signal)) rows.push(...page)
  return { study, rows }
}

function Compared({ progress, objective }: { progress: readonly Progress[]; objective: Objective }) {
  const parameters = allParameters(progress.map(({ study }) => study))
  return (
    <section class="card" aria-label="Comparison">
      <h2>{objective.name}, best so far by trial</h2>
      <ProgressChart progress={progress} objective={objective} colors={COLORS} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="scroll" tabIndex={0} aria-label="Best trials">
        <table class="trials">
          <thead>
            <tr>
              {['study', 'state', 'trials', 'best trial', objective.name].map((column) => (
                <th key={column}>{column}</th>
              ))}
              {parameters.map((name) => (
                <th key={`parameter ${name}`}>{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {progress.map((one, i) => (
              <Row key={one.study.id} {...one} {...{ objective, parameters }} color={COLORS[i]!} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

function Row({
  study,
  trials,
  bestTrial,
  objective,
  parameters,
  color,
}: Progress & { objective: Objective; parameters: readonly string[]; color: Color }) {
  const path = `#/studies/${study.id}`
  return (
    <tr>
      <td>
        <span class="swatch" style={{ background: `var(--${color})` }} /> <a href={path}>{study.name}</a>
      </td>
      <td>
        <StateBadge state={study.state} />
      </td>
      <td class="number">{trials}</td>
      <td>{bestTrial && <a href={`${path}/trials/${bestTrial.number}`}>{bestTrial.number}</a>}</td>
      <td class="number">{formatValue(ownValue(bestTrial?.metrics, objective.name))}</td>
      {parameters.map((name) => (
        <td key={name} class="number">
          {formatValue(ownValue(bestTrial?.params, name))}
        </td>
      ))}
    </tr>
  )
}
