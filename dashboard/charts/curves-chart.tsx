import { useMemo } from 'preact/hooks'
import type { Objective } from '../../src/domain/metric.ts'
import { type AxisMetric, linearAxis, objectiveAxis } from '../data/axis.ts'
import { formatValue } from '../data/format.ts'
import { Canvas, type Surface } from './canvas.tsx'
import { drawAxes, drawWithin, frameOf, rankColor } from './frame.ts'

/** Values of one metric by step. */
export interface Curve {
  readonly number: number
  readonly steps: readonly number[]
  readonly values: readonly number[]
  /** 0 for the best; of one that runs, undefined. */
  readonly rank?: number
}

interface CurvesProps {
  readonly curves: readonly Curve[]
  readonly metric: AxisMetric & Pick<Objective, 'name'>
  readonly height?: number
  /** Where the one under the pointer leads. */
  readonly study?: string
}

const NEAR = 10

/** Learning curves; those of running trials in the colour of warnings. */
export function CurvesChart({ curves, metric, height = 240, study }: CurvesProps) {
  const { x, y } = useMemo(() => axesOf(curves, metric), [curves, metric])
  const draw = (surface: Surface) => {
    const frame = frameOf(surface, y)
    const { context, color } = surface
    drawAxes(surface, frame, x, y)
    context.lineWidth = 1.6
    const worstFirst = [...curves].sort((a, b) => (b.rank ?? 1) - (a.rank ?? 1))
    drawWithin(context, frame, () => {
      for (const { rank, ...curve } of worstFirst) {
        context.strokeStyle = rank === undefined ? color('warn') : rankColor(color, rank)
        context.beginPath()
        curve.steps.forEach((step, i) => {
          const top = frame.top + frame.height * (1 - y.position(curve.values[i]!))
          context.lineTo(frame.left + frame.width * x.position(step), top)
        })
        context.stroke()
      }
    })
  }
  const pick = (px: number, py: number, size: { width: number; height: number }) => {
    const frame = frameOf(size, y)
    let found: { text: string; href?: string } | undefined
    let least = NEAR ** 2
    for (const { number, steps, values } of curves) {
      steps.forEach((step, i) => {
        const dx = frame.left + frame.width * x.position(step) - px
        const dy = frame.top + frame.height * (1 - y.position(values[i]!)) - py
        if (dx * dx + dy * dy >= least) return
        least = dx * dx + dy * dy
        const text = `Trial ${number}: ${formatValue(values[i])} at step ${step}`
        found = { text, ...(study && { href: `#/studies/${study}/trials/${number}` }) }
      })
    }
    return found
  }
  const label = `${metric.name} by step of ${curves.length} trials.`
  return <Canvas label={label} height={height} draw={draw} inputs={[curves, metric]} pick={pick} />
}

function axesOf(curves: readonly Curve[], metric: AxisMetric & Pick<Objective, 'name'>) {
  // No spread: a long curve has more steps than a call may have arguments.
  const steps = curves.flatMap((curve) => curve.steps).reduce((most, step) => Math.max(most, step), 1)
  const values = curves.flatMap((curve) => curve.values)
  return {
    x: { ...linearAxis(Math.min(1, steps), steps, 1), name: 'step' },
    y: { ...objectiveAxis(metric, values), name: metric.name },
  }
}
