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

interface Size {
  readonly width: number
  readonly height: number
}

// Of a letter of the marks, on average. Text is measured where it is drawn, but a pointer has nothing to measure with.
const LETTER = 6.8

/** With room for the marks of the axis upwards, within reason. */
export function frameOf({ width, height }: Size, y: Axis): Frame {
  const longest = y.ticks.reduce((most, { label }) => Math.max(most, label.length), 0)
  const left = clamp(14 + LETTER * longest, 36, Math.min(120, width / 3))
  return { left, top: 22, width: Math.max(10, width - left - 12), height: Math.max(10, height - 62) }
}

/** Grid, marks and names of a picture with a value upwards and something along. */
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
    context.fillText(shorten(context, label, frame.left - 8), frame.left - 6, top)
  }
  context.textBaseline = 'top'
  const right = frame.left + frame.width
  const bottom = frame.top + frame.height
  context.fillText(shorten(context, x.name, frame.width), right, bottom + 24)
  context.textAlign = 'left'
  context.fillText(shorten(context, y.name, right - 4), 4, 2)
  drawMarksAlong(surface, frame, x)
}

function drawMarksAlong({ context, width }: Surface, frame: Frame, x: Axis): void {
  context.textAlign = 'center'
  const room = Math.max(40, frame.width / x.ticks.length - 8)
  let free = -Infinity
  for (const { at, label } of x.ticks) {
    const text = shorten(context, label, room)
    const half = context.measureText(text).width / 2
    const middle = Math.min(frame.left + frame.width * at, width - half - 2)
    if (middle - half < free) continue
    free = middle + half + 8
    context.fillText(text, middle, frame.top + frame.height + 6)
  }
}

/** Draws within the frame only: what is beyond its axes is left out instead of lying at its edge. */
export function drawWithin(
  context: CanvasRenderingContext2D,
  { left, top, width, height }: Frame,
  draw: () => void,
): void {
  context.save()
  context.beginPath()
  context.rect(left - 1, top - 1, width + 2, height + 2)
  context.clip()
  draw()
  context.restore()
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

export function shorten(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text
  let length = text.length
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > width) length--
  return `${text.slice(0, length)}…`
}

/** Blue for good to brown for bad: told apart by the colour-blind too. @param share 0 is best */
export function rankColor(color: Surface['color'], share: number): string {
  return `color-mix(in srgb, ${color('bad')} ${Math.round(100 * clamp(share))}%, ${color('good')})`
}
