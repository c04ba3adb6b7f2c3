import { clamp } from '../../src/math/clamp.ts'
import type { Axis } from '../data/axis.ts'
import { Canvas, type Surface } from './canvas.tsx'
import { drawAxes, drawWithin, type Frame, frameOf } from './frame.ts'
import { drawMark } from './marks.ts'

export interface ChartPoint {
  readonly number: number
  /** Shares of the axes. */
  readonly x: number
  readonly y: number
  readonly text: string
  readonly isMarked?: boolean
  /** Of a trial that cannot be the best. */
  readonly isFaint?: boolean
  /** Of a trial that was given up. */
  readonly isCross?: boolean
}

interface PointsProps {
  readonly label: string
  readonly height: number
  readonly study: string
  readonly x: Axis
  readonly y: Axis
  readonly points: readonly ChartPoint[]
  /** Steps through these, in shares. */
  readonly path?: readonly { readonly x: number; readonly y: number }[]
}

const NEAR = 14

/** Points with axes; the one under the pointer tells its trial and leads there. Beyond an axis it is an arrow at the edge. */
export function PointsChart({ label, height, study, points, x, y, path = [] }: PointsProps) {
  if (points.length === 0) return <p class="empty">No completed trial to show yet.</p>
  const draw = (surface: Surface) => {
    const frame = frameOf(surface, y)
    const { context, color } = surface
    drawAxes(surface, frame, x, y)
    const size = points.length > 2000 ? 1.2 : 2.4
    context.globalAlpha = points.length > 2000 ? 0.45 : 0.75
    context.lineWidth = 1
    for (const point of points) {
      if (point.isMarked) continue
      context.fillStyle = context.strokeStyle = color(point.isFaint ? 'muted' : 'accent')
      drawMark(context, frame, point, size)
    }
    context.globalAlpha = 1
    context.fillStyle = context.strokeStyle = color('best')
    context.lineWidth = 2
    drawWithin(context, frame, () => drawSteps(context, frame, path))
    for (const point of points) if (point.isMarked) drawMark(context, frame, point, 4)
  }
  const pick = (px: number, py: number, size: { width: number; height: number }) => {
    const frame = frameOf(size, y)
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

function drawSteps(
  context: CanvasRenderingContext2D,
  frame: Frame,
  path: readonly { readonly x: number; readonly y: number }[],
): void {
  const top = (share: number) => frame.top + frame.height * (1 - share)
  context.beginPath()
  path.forEach(({ x, y }, i) => {
    const left = frame.left + frame.width * x
    if (i > 0) context.lineTo(left, top(path[i - 1]!.y))
    context.lineTo(left, top(y))
  })
  context.stroke()
}
