import { mean, quantile } from '../../src/math/stats.ts'

/** @param values in any order. */
export function median(values: readonly number[]): number {
  return quantileOf(values, 0.5)
}

/** @param values in any order. */
export function quantileOf(values: readonly number[], probability: number): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    probability,
  )
}

/** Standard deviation of the mean of independent values. */
export function standardError(values: readonly number[]): number {
  const centre = mean(values)
  const squares = values.map((value) => (value - centre) ** 2)
  return Math.sqrt(mean(squares) / Math.max(values.length - 1, 1))
}

/** Four digits of it; what nothing was found for is none. */
export function figureText(figure: number): string {
  return Number.isFinite(figure) ? String(Number(figure.toPrecision(4))) : 'none'
}

export function printTable(header: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  const rule = header.map((_, i) => (i === 0 ? '---' : '---:'))
  for (const cells of [header, rule, ...rows]) console.log(line(cells))
}
