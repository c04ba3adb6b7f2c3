import { useMemo } from 'preact/hooks'
import type { Objective } from '../../src/domain/metric.ts'
import { ownValue } from '../../src/domain/own-value.ts'
import { objectiveAxis, parameterAxis } from '../data/axis.ts'
import { formatValue } from '../data/format.ts'
import { valuesOf } from '../data/history.ts'
import type { Parameter, TrialRow } from '../data/types.ts'
import { PointsChart } from './points-chart.tsx'

interface SliceProps {
  readonly rows: readonly TrialRow[]
  readonly parameter: Parameter
  readonly objective: Objective
  readonly study: string
  readonly best: number | undefined
}

/** The objective against one parameter. */
export function SliceChart({ rows, parameter, objective, study, best }: SliceProps) {
  const chart = useMemo(() => {
    const values = valuesOf(rows, objective.name)
    const x = parameterAxis(parameter)
    const y = objectiveAxis(
      objective,
      values.map(({ value }) => value),
    )
    const points = values.flatMap(({ number, value }) => {
      const chosen = ownValue(rows[number]?.params, parameter.name)
      if (chosen === undefined) return []
      const text = `Trial ${number}: ${parameter.name} ${formatValue(chosen)}, ${formatValue(value)}`
      return [{ number, x: x.position(chosen), y: y.position(value), isMarked: number === best, text }]
    })
    return { x, y, points, label: `${objective.name} by ${parameter.name}, ${points.length} trials.` }
  }, [rows, parameter, objective, best])
  return <PointsChart {...chart} height={170} study={study} />
}
