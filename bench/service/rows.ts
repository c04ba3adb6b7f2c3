import type { Load } from './load.ts'

export type Rows = Record<string, Load>

export const BARE_ROUTE = 'bare fastify route'

const COLUMNS = [
  'route',
  'answers/s',
  'of the bare route',
  'p50 ms',
  'p99 ms',
  'CPU ms of the server',
  'of that the bare route',
  'refused',
]

/** A table of all, each beside the bare route. @returns the figures by name. */
export function printRows(rows: Rows): Record<string, number> {
  const bare = rows[BARE_ROUTE]!
  const figures: Record<string, number> = {}
  console.log(`| ${COLUMNS.join(' | ')} |\n${'|---'.repeat(COLUMNS.length)}|`)
  for (const [name, { perSecond, p50, p99, cpuMs, refused }] of Object.entries(rows)) {
    const cells = [
      perSecond.toFixed(0),
      (perSecond / bare.perSecond).toFixed(2),
      p50.toFixed(2),
      p99.toFixed(2),
      cpuMs.toFixed(3),
      (bare.cpuMs / cpuMs).toFixed(2),
      refused,
    ]
    console.log(`| ${name} | ${cells.join(' | ')} |`)
    Object.assign(figures, {
      [`${name}, per s`]: perSecond,
      [`${name}, p50 ms`]: p50,
      [`${name}, p99 ms`]: p99,
      [`${name}, CPU ms`]: cpuMs,
      [`${name}, refused`]: refused,
    })
  }
  return figures
}
