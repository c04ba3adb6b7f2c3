import { clamp } from '../../src/math/clamp.ts'
import type { Frame } from './frame.ts'

interface Mark {
  /** Shares of the axes. */
  readonly x: number
  readonly y: number
  readonly isCross?: boolean
}

/** A dot or a cross; at the edge of the frame, an arrow to what lies beyond. */
export function drawMark(context: CanvasRenderingContext2D, frame: Frame, mark: Mark, size: number): void {
  const [x, y] = [clamp(mark.x), clamp(mark.y)]
  const left = frame.left + frame.width * x
  const top = frame.top + frame.height * (1 - y)
  const [along, down] = [Math.sign(mark.x - x), Math.sign(y - mark.y)]
  if (along !== 0 || down !== 0) arrow(context, left, top, Math.atan2(down, along), size + 2)
  else if (mark.isCross) cross(context, left, top, size)
  else dot(context, left, top, size)
}

function dot(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.fill()
}

function cross(context: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  context.beginPath()
  context.moveTo(x - size, y - size)
  context.lineTo(x + size, y + size)
  context.moveTo(x - size, y + size)
  context.lineTo(x + size, y - size)
  context.stroke()
}

/** A triangle with its tip at a place. */
function arrow(context: CanvasRenderingContext2D, x: number, y: number, angle: number, size: number): void {
  context.save()
  context.translate(x, y)
  context.rotate(angle)
  context.beginPath()
  context.moveTo(0, 0)
  context.lineTo(-1.6 * size, size)
  context.lineTo(-1.6 * size, -size)
  context.fill()
  context.restore()
}
