import { useMemo } from 'preact/hooks'
import type { Objective } from '../../src/domain/metric.ts'
import { linearAxis, objectiveAxis } from '../data/axis.ts'
import { formatValue } from '../data/format.ts'
import { bestSoFar, isOfUse, valuesOf } from '../data/history.ts'
import type { StudyView, TrialRow } from '../data/types.ts'
import { PointsChart } from './points-chart.tsx'

/** Each trial's value by its number, what pruned ones had come to as crosses, and the best so far as a line. */
export function HistoryChart({
  rows,
  objective,
  metrics,
  study,
}: {
  rows: readonly TrialRow[]
  objective: Objective
  metrics: StudyView['metrics']
  study: string
}) {
  const chart = useMemo(() => {
    const values = valuesOf(rows, objective.name)
    const useful = values.filter(({ number }) => isOfUse(rows[number]!, metrics))
    const best = bestSoFar(useful, objective)
    const pruned = valuesOf(rows, objective.name, 'pruned')
    const x = { ...linearAxis(0, Math.max(1, rows.length - 1), 1), name: 'trial' }
    const told = (values.length > 0 ? values : pruned).map(({ value }) => value)
    const y = { ...objectiveAxis(objective, told), name: objective.name }
    const marked = new Set(best.map(({ number }) => number))
    const at = ({ number, value }: { number: number; value: number }) => ({
      x: x.position(number),
      y: y.position(value),
    })
    const points = [...pruned, ...values].map((point) => {
      const { number, value } = point
      const row = rows[number]!
      return {
        ...at(point),
        number,
        isMarked: marked.has(number),
        isFaint: !isOfUse(row, metrics),
        isCross: row.state === 'pruned',
        text: `Trial ${number}${row.state === 'pruned' ? ', pruned' : ''}: ${formatValue(value)}`,
      }
    })
    const path = best.map(at)
    const end = path.at(-1)
    const label = end
      ? `${objective.name} of ${values.length} trials; the best so far, ${formatValue(best.at(-1)!.value)}, is trial ${best.at(-1)!.number}.`
      : `No trial of use has a ${objective.name} yet.`
    return { x, y, points, label, path: end ? [...path, { x: 1, y: end.y }] : [] }
  }, [rows, objective, metrics])
  return <PointsChart {...chart} height={240} study={study} />
}
