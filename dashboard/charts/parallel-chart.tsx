import { useMemo } from 'preact/hooks'
import { type Objective, toMinimized } from '../../src/domain/metric.ts'
import { ownValue } from '../../src/domain/own-value.ts'
import { parameterAxis } from '../data/axis.ts'
import { formatValue } from '../data/format.ts'
import { valuesOf } from '../data/history.ts'
import type { Parameter, TrialRow } from '../data/types.ts'
import { Canvas, type Surface } from './canvas.tsx'
import { rankColor } from './frame.ts'
import { drawParameterAxes, layOut, type ParallelLayout } from './parallel-axes.ts'

interface ParallelProps {
  readonly rows: readonly TrialRow[]
  readonly parameters: readonly Parameter[]
  readonly objective: Objective
  readonly study: string
}

interface Line {
  readonly number: number
  readonly value: number
  /** A share for each parameter, NaN where it is inactive. */
  readonly shares: readonly number[]
}

// Colours are drawn together, bad trials first: a path each would take seconds for 10,000 trials.
const SHADES = 12
const NEAR = 8
// Nearer axes would be a carpet: many of them go on beyond the card, which scrolls.
const AXIS_WIDTH = 90

/** A line a trial through the values of all parameters; the better, the bluer, and on top. */
export function ParallelChart({ rows, parameters, objective, study }: ParallelProps) {
  const lines = useMemo(() => linesOf(rows, parameters, objective), [rows, parameters, objective])
  if (lines.length === 0) return <p class="empty">No completed trial to show yet.</p>
  const layout = (size: { width: number; height: number }) => layOut(size, parameters)
  const draw = (surface: Surface) => {
    drawLines(surface, layout(surface), lines)
    drawParameterAxes(surface, layout(surface), parameters)
  }
  const pick = (x: number, y: number, size: { width: number; height: number }) => {
    const found = nearest(lines, layout(size), x, y)
    if (!found) return undefined
    const text = `Trial ${found.number}: ${objective.name} ${formatValue(found.value)}`
    return { text, href: `#/studies/${study}/trials/${found.number}` }
  }
  const label = `Values of ${parameters.map(({ name }) => name).join(', ')} of ${lines.length} trials, the better the bluer.`
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="scroll" tabIndex={0} aria-label="Parallel coordinates">
      <div style={{ minWidth: `${AXIS_WIDTH * parameters.length}px` }}>
        <Canvas label={label} height={310} draw={draw} inputs={[lines, parameters]} pick={pick} />
      </div>
    </section>
  )
}

/** The worst first. */
function linesOf(
  rows: readonly TrialRow[],
  parameters: readonly Parameter[],
  objective: Objective,
): readonly Line[] {
  const axes = parameters.map((parameter) => [parameter.name, parameterAxis(parameter)] as const)
  const paramsOf = new Map(rows.map(({ number, params }) => [number, params]))
  const sharesOf = (number: number) =>
    axes.map(([name, axis]) => {
      const value = ownValue(paramsOf.get(number), name)
      return value === undefined ? Number.NaN : axis.position(value)
    })
  return valuesOf(rows, objective.name)
    .sort((a, b) => toMinimized(objective, b.value - a.value))
    .map((point) => ({ ...point, shares: sharesOf(point.number) }))
}

function drawLines(
  { context, color }: Surface,
  { left, place }: ParallelLayout,
  lines: readonly Line[],
): void {
  context.lineWidth = lines.length > 1000 ? 0.6 : 1.2
  // Of thousands of lines each is a breath, or they would be one surface.
  const thin = Math.min(1, 600 / lines.length)
  for (let shade = 0; shade < SHADES; shade++) {
    const from = Math.round((shade / SHADES) * lines.length)
    const to = Math.round(((shade + 1) / SHADES) * lines.length)
    const share = 1 - shade / (SHADES - 1)
    context.strokeStyle = rankColor(color, share)
    context.globalAlpha = thin * (0.25 + 0.6 * (1 - share) ** 2)
    context.beginPath()
    for (const { shares } of lines.slice(from, to)) {
      shares.forEach((y, i) => {
        if (i === 0) context.moveTo(left(i), place(y))
        else context.lineTo(left(i), place(y))
      })
    }
    context.stroke()
  }
  context.globalAlpha = 1
}

/** The line at a place; the best of those that lie on each other. */
function nearest(
  lines: readonly Line[],
  { left, place, step }: ParallelLayout,
  x: number,
  y: number,
): Line | undefined {
  const i = Math.floor((x - left(0)) / step)
  const share = (x - left(i)) / step
  let found: Line | undefined
  let least = NEAR
  for (const line of lines) {
    const [from, to] = [line.shares[i], line.shares[i + 1]]
    if (from === undefined || to === undefined) return undefined
    const off = Math.abs(place(from) * (1 - share) + place(to) * share - y)
    if (off > least) continue
    least = off
    found = line
  }
  return found
}
