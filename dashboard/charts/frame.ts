import { clamp } from '../../src/math/clamp.ts'
import type { Axis } from '../data/axis.ts'
import type { Surface } from './canvas.tsx'

/** Where the picture is within the axes, in CSS pixels. */
export interface Frame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export function frameOf({ width, height }: { width: number; height: number }): Frame {
  return { left: 56, top: 10, width: Math.max(10, width - 68), height: Math.max(10, height - 36) }
}

/** Grid and marks of a picture with a value upwards and something along. */
export function drawAxes(surface: Surface, frame: Frame, x: Axis, y: Axis): void {
  const { context, color } = surface
  context.strokeStyle = color('line')
  context.fillStyle = color('muted')
  context.lineWidth = 1
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  for (const { at, label } of y.ticks) {
    const top = frame.top + frame.height * (1 - at)
    line(context, frame.left, top, frame.left + frame.width, top)
    context.fillText(label, frame.left - 6, top)
  }
  context.textAlign = 'center'
  context.textBaseline = 'top'
  let free = -Infinity
  for (const { at, label } of x.ticks) {
    const left = frame.left + frame.width * at
    const half = context.measureText(label).width / 2
    if (left - half < free) continue
    free = left + half + 8
    context.fillText(label, left, frame.top + frame.height + 6)
  }
}

export function line(
  context: CanvasRenderingContext2D,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
): void {
  context.beginPath()
  context.moveTo(x1, y1)
  context.lineTo(x2, y2)
  context.stroke()
}

/** Blue for good, over grey, to red-brown for bad: told apart by the colour-blind too. @param share 0 is best */
export function rankColor(share: number, alpha: number): string {
  const t = clamp(share)
  const mix = (a: number, b: number) => Math.round(a + (b - a) * t)
  return `rgba(${mix(37, 202)}, ${mix(99, 138)}, ${mix(235, 4)}, ${alpha})`
}
