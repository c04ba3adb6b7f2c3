import { useMemo } from 'preact/hooks'
import { type Objective, toMinimized } from '../../src/domain/metric.ts'
import { ownValue } from '../../src/domain/own-value.ts'
import { get } from '../api.ts'
import { type Curve, CurvesChart } from '../charts/curves-chart.tsx'
import { valuesOf } from '../data/history.ts'
import type { LiveCurve } from '../data/trial-table.ts'
import type { TrialRow, TrialView } from '../data/types.ts'
import { useAnswer } from './use-answer.ts'

// More lines than that are a carpet.
const SHOWN = 12
const NONE: readonly Curve[] = []

interface LearningCurvesProps {
  readonly study: string
  readonly rows: readonly TrialRow[]
  readonly live: ReadonlyMap<number, LiveCurve>
  readonly objective: Objective
  readonly epoch: string
}

/** How the best trials learned, and how those that run are learning. */
export function LearningCurves({ study, rows, live, objective, epoch }: LearningCurvesProps) {
  const { name } = objective
  const { value: finished = NONE } = useAnswer(
    async (signal) => {
      const best = valuesOf(rows, name)
        .sort((a, b) => toMinimized(objective, a.value - b.value))
        .slice(0, SHOWN)
      const trials = await Promise.all(
        best.map(({ number }) => get<TrialView>(`/v1/studies/${study}/trials/${number}`, signal)),
      )
      return trials.flatMap((trial, rank) => curveOf(trial, name, rank / SHOWN) ?? [])
    },
    [study, name],
    epoch,
  )
  const running = useMemo(
    () => [...live].flatMap(([number, reports]) => liveCurve(number, reports, name)),
    [live, name],
  )
  const curves = useMemo(() => [...finished, ...running], [finished, running])
  if (curves.length === 0) return <p class="empty">No trial reports {name} step by step.</p>
  return <CurvesChart curves={curves} metric={objective} study={study} />
}

/** Undefined where nothing was reported. */
export function curveOf({ number, curve }: TrialView, metric: string, rank: number): Curve | undefined {
  const steps = curve?.step as readonly number[] | undefined
  const column = ownValue(curve, metric)
  if (!steps || !column) return undefined
  const told = steps.flatMap((step, i) => (typeof column[i] === 'number' ? [[step, column[i]] as const] : []))
  return { number, steps: told.map(([step]) => step), values: told.map(([, value]) => value), rank }
}

function liveCurve(number: number, reports: LiveCurve, metric: string): Curve[] {
  const told = reports.filter(({ metrics }) => Object.hasOwn(metrics, metric))
  if (told.length === 0) return []
  return [
    { number, steps: told.map(({ step }) => step), values: told.map(({ metrics }) => metrics[metric]!) },
  ]
}
