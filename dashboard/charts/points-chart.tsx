import { clamp } from '../../src/math/clamp.ts'
import type { Axis } from '../data/axis.ts'
import { Canvas, type Surface } from './canvas.tsx'
import { drawAxes, frameOf } from './frame.ts'

export interface ChartPoint {
  readonly number: number
  /** Shares of the axes. */
  readonly x: number
  readonly y: number
  readonly text: string
  readonly isMarked?: boolean
  /** Of a trial that breaks an outcome constraint. */
  readonly isFaint?: boolean
}

interface PointsProps {
  readonly label: string
  readonly height: number
  readonly study: string
  readonly x: Axis
  readonly y: Axis
  readonly points: readonly ChartPoint[]
  /** A line through these, in shares; `isStep` for one that stays until the next. */
  readonly path?: readonly { readonly x: number; readonly y: number }[]
  readonly isStep?: boolean
}

const NEAR = 14

/** Points with axes; the one under the pointer tells its trial and leads there. */
export function PointsChart(props: PointsProps) {
  const { label, height, study, points, x, y, path = [], isStep = false } = props
  const draw = (surface: Surface) => {
    const frame = frameOf(surface)
    const { context, color } = surface
    drawAxes(surface, frame, x, y)
    const left = (share: number) => frame.left + frame.width * clamp(share)
    const top = (share: number) => frame.top + frame.height * (1 - clamp(share))
    const size = points.length > 2000 ? 1.2 : 2.4
    context.globalAlpha = points.length > 2000 ? 0.45 : 0.75
    for (const point of points) {
      context.fillStyle = color(point.isFaint ? 'muted' : 'accent')
      if (!point.isMarked) dot(context, left(point.x), top(point.y), size)
    }
    context.globalAlpha = 1
    context.strokeStyle = color('best')
    context.lineWidth = 2
    context.beginPath()
    path.forEach((point, i) => {
      const [px, py] = [left(point.x), top(point.y)]
      if (i === 0) context.moveTo(px, py)
      else {
        if (isStep) context.lineTo(px, top(path[i - 1]!.y))
        context.lineTo(px, py)
      }
    })
    context.stroke()
    context.fillStyle = color('best')
    for (const point of points) if (point.isMarked) dot(context, left(point.x), top(point.y), 4)
  }
  const pick = (px: number, py: number, size: { width: number; height: number }) => {
    const frame = frameOf(size)
    let nearest: ChartPoint | undefined
    let least = NEAR ** 2
    for (const point of points) {
      const dx = frame.left + frame.width * clamp(point.x) - px
      const dy = frame.top + frame.height * (1 - clamp(point.y)) - py
      if (dx * dx + dy * dy >= least) continue
      least = dx * dx + dy * dy
      nearest = point
    }
    return nearest && { text: nearest.text, href: `#/studies/${study}/trials/${nearest.number}` }
  }
  return <Canvas label={label} height={height} draw={draw} inputs={[points, path]} pick={pick} />
}

function dot(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.fill()
}
