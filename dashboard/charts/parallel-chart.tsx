import { useMemo } from 'preact/hooks'
import { type Objective, toMinimized } from '../../src/domain/metric.ts'
import { ownValue } from '../../src/domain/own-value.ts'
import { parameterAxis } from '../data/axis.ts'
import { valuesOf } from '../data/history.ts'
import type { Parameter, TrialRow } from '../data/types.ts'
import { Canvas, type Surface } from './canvas.tsx'
import { line, rankColor } from './frame.ts'

interface ParallelProps {
  readonly rows: readonly TrialRow[]
  readonly parameters: readonly Parameter[]
  readonly objective: Objective
}

// Colours are drawn together, bad trials first: a path each would take seconds for 10,000 trials.
const SHADES = 12

/** A line a trial through the values of all parameters; the better, the bluer, and on top. */
export function ParallelChart({ rows, parameters, objective }: ParallelProps) {
  const lines = useMemo(() => linesOf(rows, parameters, objective), [rows, parameters, objective])
  const draw = (surface: Surface) => drawLines(surface, parameters, lines)
  const label = `Values of ${parameters.map(({ name }) => name).join(', ')} of ${lines.flat().length} trials, the better the bluer.`
  return <Canvas label={label} height={300} draw={draw} inputs={[lines, parameters]} />
}

/** Lines by shade, the worst trials first; a line has a share for each parameter, NaN where it is inactive. */
function linesOf(
  rows: readonly TrialRow[],
  parameters: readonly Parameter[],
  objective: Objective,
): number[][][] {
  const ranked = valuesOf(rows, objective.name).sort((a, b) => toMinimized(objective, b.value - a.value))
  const paramsOf = new Map(rows.map(({ number, params }) => [number, params]))
  const axes = parameters.map((parameter) => [parameter.name, parameterAxis(parameter)] as const)
  const shades: number[][][] = Array.from({ length: SHADES }, () => [])
  ranked.forEach(({ number }, rank) => {
    const params = paramsOf.get(number)!
    const shares = axes.map(([name, axis]) => {
      const value = ownValue(params, name)
      return value === undefined ? Number.NaN : axis.position(value)
    })
    shades[Math.floor((rank / ranked.length) * SHADES)]!.push(shares)
  })
  return shades
}

function drawLines(
  { context, width, height, color }: Surface,
  parameters: readonly Parameter[],
  shades: readonly (readonly number[][])[],
): void {
  const [left, top, bottom] = [40, 26, height - 12]
  const step = parameters.length > 1 ? (width - 2 * left) / (parameters.length - 1) : 0
  const place = (share: number) => bottom - (bottom - top) * share
  const count = shades.flat().length
  context.lineWidth = count > 1000 ? 0.6 : 1.2
  shades.forEach((lines, shade) => {
    const share = 1 - shade / (SHADES - 1)
    // Of thousands of lines each is a breath, or they would be one surface.
    const thin = Math.min(1, 600 / count)
    context.strokeStyle = rankColor(share, thin * (0.25 + 0.6 * (1 - share) ** 2))
    context.beginPath()
    for (const shares of lines) {
      let isDown = false
      shares.forEach((y, i) => {
        if (Number.isNaN(y)) {
          isDown = false
          return
        }
        if (isDown) context.lineTo(left + i * step, place(y))
        else context.moveTo(left + i * step, place(y))
        isDown = true
      })
    }
    context.stroke()
  })
  drawParameterAxes({ context, width, height, color }, parameters, { left, top, bottom, step })
}

function drawParameterAxes(
  { context, color }: Surface,
  parameters: readonly Parameter[],
  { left, top, bottom, step }: { left: number; top: number; bottom: number; step: number },
): void {
  parameters.forEach((parameter, i) => {
    const x = left + i * step
    context.strokeStyle = color('muted')
    context.lineWidth = 1
    line(context, x, top, x, bottom)
    context.textAlign = 'center'
    context.textBaseline = 'top'
    context.fillStyle = color('text')
    context.fillText(shorten(context, parameter.name, Math.max(40, step - 8)), x, 4)
    context.textBaseline = 'middle'
    const isLast = i === parameters.length - 1
    context.textAlign = isLast ? 'right' : 'left'
    context.fillStyle = color('muted')
    for (const { at, label } of parameterAxis(parameter).ticks) {
      context.fillText(label, x + (isLast ? -4 : 4), bottom - (bottom - top) * at)
    }
  })
}

function shorten(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text
  let length = text.length
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > width) length--
  return `${text.slice(0, length)}…`
}
