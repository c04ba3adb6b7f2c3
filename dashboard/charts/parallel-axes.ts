import { parameterAxis } from '../data/axis.ts'
import type { Parameter } from '../data/types.ts'
import type { Surface } from './canvas.tsx'
import { line, shorten } from './frame.ts'

/** Where axes and values are, in CSS pixels. */
export interface ParallelLayout {
  readonly top: number
  readonly bottom: number
  /** From one axis to the next. */
  readonly step: number
  /** Of an axis. */
  readonly left: (index: number) => number
  /** Of a share of an axis; NaN has a place of its own below. */
  readonly place: (share: number) => number
}

const EDGE = 40
const MARK_GAP = 13
const INACTIVE_BELOW = 18

export function layOut(
  { width, height }: { width: number; height: number },
  parameters: readonly Parameter[],
): ParallelLayout {
  const [top, bottom] = [26, height - 12 - (parameters.some(isConditional) ? INACTIVE_BELOW : 0)]
  const step = (width - 2 * EDGE) / (parameters.length - 1)
  return {
    top,
    bottom,
    step,
    left: (index) => EDGE + index * step,
    place: (share) => (Number.isNaN(share) ? bottom + INACTIVE_BELOW : bottom - (bottom - top) * share),
  }
}

function isConditional({ when }: Parameter): boolean {
  return when !== undefined
}

export function drawParameterAxes(
  surface: Surface,
  layout: ParallelLayout,
  parameters: readonly Parameter[],
): void {
  const { context, color } = surface
  const { top, bottom, step } = layout
  parameters.forEach((parameter, i) => {
    const x = layout.left(i)
    context.strokeStyle = color('muted')
    context.lineWidth = 1
    line(context, x, top, x, bottom)
    const isLast = i === parameters.length - 1
    // Inwards at the edges, where there is more room.
    const inwards = i === 0 ? 'left' : isLast ? 'right' : undefined
    context.textAlign = inwards ?? 'center'
    context.textBaseline = 'top'
    context.fillStyle = color('text')
    const room = inwards ? EDGE + step / 2 : step
    const outwards = inwards ? (isLast ? EDGE : -EDGE) : 0
    context.fillText(shorten(context, parameter.name, room - 8), x + outwards, 4)
    if (isConditional(parameter)) context.fillText('–', x, layout.place(Number.NaN) + 1)
    drawMarks(surface, layout, parameter, x, isLast)
  })
}

function drawMarks(
  { context, color }: Surface,
  { place, step }: ParallelLayout,
  parameter: Parameter,
  x: number,
  isLast: boolean,
): void {
  context.textAlign = isLast ? 'right' : 'left'
  context.textBaseline = 'middle'
  context.fillStyle = color('text')
  // A halo, for lines run through.
  context.strokeStyle = color('card')
  context.lineWidth = 3
  context.lineJoin = 'round'
  let free = Number.POSITIVE_INFINITY
  for (const { at, label } of parameterAxis(parameter).ticks) {
    const y = place(at)
    if (y > free) continue
    free = y - MARK_GAP
    const text = shorten(context, label, step / 2)
    context.strokeText(text, x + (isLast ? -4 : 4), y)
    context.fillText(text, x + (isLast ? -4 : 4), y)
  }
}
