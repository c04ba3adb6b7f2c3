import { useEffect, useState } from 'preact/hooks'
import { objectivesOf } from '../../src/domain/metric.ts'
import { FINISHED_STATES } from '../../src/domain/trial.ts'
import { get } from '../api.ts'
import { CurvesChart } from '../charts/curves-chart.tsx'
import { formatDuration, formatEstimates, formatValue } from '../data/format.ts'
import type { StudyView, TrialView, Value } from '../data/types.ts'
import { curveOf } from '../parts/learning-curves.tsx'
import { Problem } from '../parts/problem.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { useTick } from '../parts/use-tick.ts'
import { useTitle } from '../parts/use-title.ts'

interface Explanation {
  readonly metric: string
  readonly against: { readonly trial: number }
  readonly contributions: readonly {
    readonly parameter: string
    readonly value?: Value
    readonly against?: Value
    readonly contribution: number
  }[]
}

// A training says something every few seconds at most.
const REFRESH_MS = 2000

/** One trial: its values, what came of them, where they came from, and why it did better or worse than another. */
export function TrialPage({ study, number }: { study: string; number: number }) {
  const path = `/v1/studies/${study}/trials/${number}`
  const tick = useTick(REFRESH_MS)
  const [isOver, setOver] = useState(false)
  const { value: trial, error } = useAnswer<TrialView>(
    (signal) => get(path, signal),
    [path],
    isOver ? 0 : tick,
  )
  useEffect(() => setOver(trial?.number === number && isFinished(trial)), [trial, number])
  const { value: whole } = useAnswer<StudyView>(
    (signal) => get(`/v1/studies/${study}`, signal),
    [study, number],
  )
  useTitle(`Trial ${number}`)
  const known = whole ? Object.values(whole.trials).reduce((sum, count) => sum + count, 0) : 0
  const objectives = whole ? objectivesOf(whole.metrics) : []
  if (!trial) return error ? <Problem error={error} /> : <p class="empty">Loading…</p>
  const { state, params, metrics = {}, attributes, curve, reason, pruning } = trial
  return (
    <>
      <Problem error={error} />
      <section class="card head" aria-label="Trial">
        <p>
          <a href={`#/studies/${study}`}>← the study</a>
        </p>
        <div class="bar">
          <h1>Trial {trial.number}</h1>
          <StateBadge state={state} />
          {number > 0 && <a href={`#/studies/${study}/trials/${number - 1}`}>previous</a>}
          {number + 1 < known && <a href={`#/studies/${study}/trials/${number + 1}`}>next</a>}
        </div>
        {reason && <p>{reason}</p>}
        {pruning?.expected && (
          <p>
            By the curves of the trials that completed it would have come to{' '}
            {formatEstimates(pruning.expected)}.
          </p>
        )}
        <Origin trial={trial} />
      </section>
      <div class="grid">
        <Values title="Parameters" values={params} />
        <Values title="Metrics" values={metrics} />
        {attributes && <Values title="Attributes" values={attributes} />}
        {Object.keys(curve ?? {})
          .filter((name) => name !== 'step')
          .map((name) => (
            <section key={name} class="card" aria-label={name}>
              <h2>{name}</h2>
              <CurvesChart
                curves={[curveOf(trial, name, 0)!]}
                metric={objectives.find((one) => one.name === name) ?? { name }}
                height={200}
              />
            </section>
          ))}
        {state === 'completed' && <WhyCard path={`/v1/studies/${study}/trials/${trial.number}`} />}
      </div>
    </>
  )
}

function isFinished({ state }: TrialView): boolean {
  return FINISHED_STATES.some((one) => one === state)
}

function Values({ title, values }: { title: string; values: Readonly<Record<string, Value>> }) {
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      <dl>
        {Object.entries(values).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {isLink(value) ? (
                <a href={value} rel="noreferrer">
                  {value}
                </a>
              ) : (
                String(value)
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function isLink(value: Value): value is string {
  return typeof value === 'string' && /^https?:\/\//.test(value)
}

function Origin({ trial }: { trial: TrialView }) {
  const { study, origin, worker, attempt, durationMs } = trial
  const { rationale } = origin
  const expected =
    rationale?.mean === undefined
      ? ''
      : `, expected ${formatValue(rationale.mean)} ± ${formatValue(rationale.deviation)}`
  return (
    <p class="muted">
      {origin.phase === 'model'
        ? `Proposed by ${origin.sampler} to ${rationale?.intent ?? 'learn'}${expected}`
        : `From ${origin.sampler} (${origin.phase})`}
      {origin.from && (
        <>
          , for it did well in <a href={`#/studies/${origin.from}`}>an earlier study</a>
        </>
      )}
      {origin.promotedFrom !== undefined && (
        <>
          , to the end that{' '}
          <a href={`#/studies/${study}/trials/${origin.promotedFrom}`}>trial {origin.promotedFrom}</a> did not
          reach
        </>
      )}
      {`, at revision ${origin.revision}`}
      {worker ? ` · worker ${worker}, attempt ${attempt}` : ''}
      {durationMs === undefined ? '' : ` · ${formatDuration(durationMs)}`}
    </p>
  )
}

function WhyCard({ path }: { path: string }) {
  const { value } = useAnswer<Explanation>((signal) => get(`${path}/explanation`, signal), [path])
  if (!value) return null
  const { metric, against, contributions } = value
  return (
    <section class="card" aria-label="Why">
      <h2>
        {metric} against trial {against.trial}
      </h2>
      <div class="scroll">
        <table class="trials">
          <thead>
            <tr>
              <th>Parameter</th>
              <th>Here</th>
              <th>There</th>
              <th>Accounts for</th>
            </tr>
          </thead>
          <tbody>
            {contributions.map((one) => (
              <tr key={one.parameter}>
                <th scope="row">{one.parameter}</th>
                <td class="number">{formatValue(one.value)}</td>
                <td class="number">{formatValue(one.against)}</td>
                <td class="number">{formatValue(one.contribution)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
