import { useMemo } from 'preact/hooks'
import type { Objective } from '../../src/domain/metric.ts'
import { objectiveAxis } from '../data/axis.ts'
import { formatValue } from '../data/format.ts'
import { isOfUse, paretoOf } from '../data/history.ts'
import type { StudyView, TrialRow } from '../data/types.ts'
import { PointsChart } from './points-chart.tsx'

/** The first two objectives against each other; the best trade-offs of all, as a line where there are no others. */
export function ParetoChart({
  rows,
  objectives,
  metrics: of,
  study,
}: {
  rows: readonly TrialRow[]
  objectives: readonly Objective[]
  metrics: StudyView['metrics']
  study: string
}) {
  const chart = useMemo(() => {
    const [a, b] = objectives as [Objective, Objective]
    const all = rows.flatMap(({ number, state, metrics }) => {
      const [x, y] = [metrics?.[a.name], metrics?.[b.name]]
      return state === 'completed' && x !== undefined && y !== undefined ? [{ number, x, y }] : []
    })
    const front = paretoOf(
      rows.filter((row) => isOfUse(row, of)),
      objectives,
    )
    const alongs = all.map((point) => point.x)
    const x = { ...objectiveAxis(a, alongs), name: a.name }
    const ups = all.map((point) => point.y)
    const y = { ...objectiveAxis(b, ups), name: b.name }
    const marked = new Set(front.map(({ number }) => number))
    const at = (point: { x: number; y: number }) => ({ x: x.position(point.x), y: y.position(point.y) })
    const points = all.map((point) => ({
      ...at(point),
      number: point.number,
      isMarked: marked.has(point.number),
      isFaint: !isOfUse(rows[point.number]!, of),
      text: `Trial ${point.number}: ${a.name} ${formatValue(point.x)}, ${b.name} ${formatValue(point.y)}`,
    }))
    const others = objectives.slice(2).map(({ name }) => name)
    const counted = others.length > 0 ? `, ${others.join(' and ')} counted in` : ''
    const label = `${b.name} against ${a.name}: ${front.length} of ${all.length} trials are the best trade-offs${counted}.`
    const path =
      others.length > 0 ? [] : front.map(({ metrics }) => at({ x: metrics![a.name]!, y: metrics![b.name]! }))
    return { x, y, points, path, label }
  }, [rows, objectives, of])
  return <PointsChart {...chart} height={280} study={study} />
}
