import type { Objective } from '../../src/domain/metric.ts'
import { clamp } from '../../src/math/clamp.ts'
import { type AxisMetric, linearAxis, objectiveAxis } from '../data/axis.ts'
import { Canvas, type Surface } from './canvas.tsx'
import { drawAxes, frameOf, rankColor } from './frame.ts'

/** Values of one metric by step. */
export interface Curve {
  readonly number: number
  readonly steps: readonly number[]
  readonly values: readonly number[]
  /** 0 for the best; of one that runs, undefined. */
  readonly rank?: number
}

/** Learning curves; those of running trials in the colour of warnings. */
export function CurvesChart({
  curves,
  metric,
  height = 240,
}: {
  curves: readonly Curve[]
  metric: AxisMetric & Pick<Objective, 'name'>
  height?: number
}) {
  // No spread: a long curve has more steps than a call may have arguments.
  const steps = curves.flatMap((curve) => curve.steps).reduce((most, step) => Math.max(most, step), 1)
  const x = linearAxis(Math.min(1, steps), steps)
  const y = objectiveAxis(
    metric,
    curves.flatMap((curve) => curve.values),
  )
  const draw = (surface: Surface) => {
    const frame = frameOf(surface)
    const { context, color } = surface
    drawAxes(surface, frame, x, y)
    context.lineWidth = 1.6
    for (const { rank, ...curve } of [...curves].sort((a, b) => (b.rank ?? 1) - (a.rank ?? 1))) {
      context.strokeStyle = rank === undefined ? color('warn') : rankColor(rank, 0.9)
      context.beginPath()
      curve.steps.forEach((step, i) => {
        const left = frame.left + frame.width * x.position(step)
        const top = frame.top + frame.height * (1 - clamp(y.position(curve.values[i]!)))
        if (i === 0) context.moveTo(left, top)
        else context.lineTo(left, top)
      })
      context.stroke()
    }
  }
  const label = `${metric.name} by step of ${curves.length} trials.`
  return <Canvas label={label} height={height} draw={draw} inputs={[curves, metric.scale]} />
}
