import { useMemo } from 'preact/hooks'
import { objectiveAxis } from '../data/axis.ts'
import { formatValue } from '../data/format.ts'
import { isOfUse, paretoOf } from '../data/history.ts'
import type { Objective, StudyView, TrialRow } from '../data/types.ts'
import { PointsChart } from './points-chart.tsx'

type Pair = readonly [Objective, Objective]

/** Two objectives against each other; the best trade-offs as a line. */
export function ParetoChart({
  rows,
  pair,
  metrics: of,
  study,
}: {
  rows: readonly TrialRow[]
  pair: Pair
  metrics: StudyView['metrics']
  study: string
}) {
  const chart = useMemo(() => {
    const [a, b] = pair
    const all = rows.flatMap(({ number, state, metrics }) => {
      const [x, y] = [metrics?.[a.name], metrics?.[b.name]]
      return state === 'completed' && x !== undefined && y !== undefined ? [{ number, x, y }] : []
    })
    const front = paretoOf(
      rows.filter((row) => isOfUse(row, of)),
      pair,
    )
    const x = objectiveAxis(
      a,
      all.map((point) => point.x),
    )
    const y = objectiveAxis(
      b,
      all.map((point) => point.y),
    )
    const marked = new Set(front.map(({ number }) => number))
    const at = (point: { x: number; y: number }) => ({ x: x.position(point.x), y: y.position(point.y) })
    const points = all.map((point) => ({
      ...at(point),
      number: point.number,
      isMarked: marked.has(point.number),
      isFaint: !isOfUse(rows[point.number]!, of),
      text: `Trial ${point.number}: ${a.name} ${formatValue(point.x)}, ${b.name} ${formatValue(point.y)}`,
    }))
    const label = `${b.name} against ${a.name}: ${front.length} of ${all.length} trials are the best trade-offs.`
    return { x, y, points, path: front.map(at), label }
  }, [rows, pair, of])
  return <PointsChart {...chart} height={280} study={study} isStep />
}
