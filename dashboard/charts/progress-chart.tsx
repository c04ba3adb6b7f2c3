import type { Objective } from '../../src/domain/metric.ts'
import { linearAxis, objectiveAxis } from '../data/axis.ts'
import type { Progress } from '../data/compare.ts'
import { formatValue } from '../data/format.ts'
import { Canvas, type Color, type Surface } from './canvas.tsx'
import { drawAxes, drawWithin, type Frame, frameOf } from './frame.ts'

const NEAR = 12

/** From a fifth of the trials on: what all begin with would press the rest into one line. */
function valuesToTellApart({ best, trials }: Progress): number[] {
  return best.filter((_, i) => (best[i + 1]?.number ?? trials) > trials / 5).map(({ value }) => value)
}

/** The best so far of several studies by the number of trials. @param colors one a study */
export function ProgressChart({
  progress,
  objective,
  colors,
}: {
  progress: readonly Progress[]
  objective: Objective
  colors: readonly Color[]
}) {
  const last = progress.reduce((most, { trials }) => Math.max(most, trials - 1), 1)
  const x = { ...linearAxis(0, last, 1), name: 'trial' }
  const y = { ...objectiveAxis(objective, progress.flatMap(valuesToTellApart)), name: objective.name }
  /** Where a line goes, up to the last trial. */
  const cornersOf = ({ best, trials }: Progress, frame: Frame) => {
    const left = (number: number) => frame.left + frame.width * x.position(number)
    const top = (value: number) => frame.top + frame.height * (1 - y.position(value))
    return best.map(({ number, value }, i) => ({
      value,
      left: left(number),
      right: left(best[i + 1]?.number ?? trials - 1),
      top: top(value),
    }))
  }
  const draw = (surface: Surface) => {
    const frame = frameOf(surface, y)
    const { context, color } = surface
    drawAxes(surface, frame, x, y)
    context.lineWidth = 2
    drawWithin(context, frame, () => {
      progress.forEach((one, i) => {
        context.strokeStyle = color(colors[i]!)
        context.beginPath()
        for (const { left, right, top } of cornersOf(one, frame)) {
          context.lineTo(left, top)
          context.lineTo(right, top)
        }
        context.stroke()
      })
    })
  }
  const pick = (px: number, py: number, size: { width: number; height: number }) => {
    const frame = frameOf(size, y)
    const found = progress.flatMap((one) =>
      cornersOf(one, frame)
        .filter(({ left, right, top }) => px >= left && px <= right + 1 && Math.abs(top - py) < NEAR)
        .map(({ value, top }) => ({ one, value, off: Math.abs(top - py) })),
    )
    const nearest = found.sort((a, b) => a.off - b.off)[0]
    if (!nearest) return undefined
    const { study } = nearest.one
    return { text: `${study.name}: ${formatValue(nearest.value)}`, href: `#/studies/${study.id}` }
  }
  const label = `${objective.name}, the best so far of ${progress.length} studies by trial: ${progress
    .map(({ study, best }) => `${study.name} ${formatValue(best.at(-1)?.value)}`)
    .join(', ')}.`
  return <Canvas label={label} height={320} draw={draw} inputs={[progress, objective.scale]} pick={pick} />
}
