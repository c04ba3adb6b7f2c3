import { useMemo } from 'preact/hooks'
import type { Objective } from '../../src/domain/metric.ts'
import { ownValue } from '../../src/domain/own-value.ts'
import { objectiveAxis, parameterAxis } from '../data/axis.ts'
import { formatValue } from '../data/format.ts'
import { isOfUse, valuesOf } from '../data/history.ts'
import type { Parameter, StudyView, TrialRow } from '../data/types.ts'
import { PointsChart } from './points-chart.tsx'

interface SliceProps {
  readonly rows: readonly TrialRow[]
  readonly parameter: Parameter
  readonly objective: Objective
  readonly metrics: StudyView['metrics']
  readonly study: string
  readonly best: number | undefined
}

/** The objective against one parameter. */
export function SliceChart({ rows, parameter, objective, metrics, study, best }: SliceProps) {
  const chart = useMemo(() => {
    const values = valuesOf(rows, objective.name)
    const x = { ...parameterAxis(parameter), name: parameter.name }
    const y = {
      ...objectiveAxis(
        objective,
        values.map(({ value }) => value),
      ),
      name: objective.name,
    }
    const points = values.flatMap(({ number, value }) => {
      const chosen = ownValue(rows[number]?.params, parameter.name)
      if (chosen === undefined) return []
      const text = `Trial ${number}: ${parameter.name} ${formatValue(chosen)}, ${formatValue(value)}`
      const isFaint = !isOfUse(rows[number]!, metrics)
      return [
        { number, x: x.position(chosen), y: y.position(value), isMarked: number === best, isFaint, text },
      ]
    })
    return { x, y, points, label: `${objective.name} by ${parameter.name}, ${points.length} trials.` }
  }, [rows, parameter, objective, metrics, best])
  return <PointsChart {...chart} height={190} study={study} />
}
