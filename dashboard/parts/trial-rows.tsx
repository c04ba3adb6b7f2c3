import type { TrialColumn } from '../data/columns.ts'
import { digitsToTell, formatValue } from '../data/format.ts'
import type { StudyView, TrialRow } from '../data/types.ts'
import { StateBadge } from './state-badge.tsx'

interface TrialRowsProps {
  readonly study: StudyView
  readonly columns: readonly TrialColumn[]
  readonly rows: readonly TrialRow[]
  /** Name of the column that they are sorted by. */
  readonly sort: string
  readonly isDescending: boolean
  readonly onSort: (column: string) => void
}

/** A page of trials; in a column as many digits as tell its values apart. */
export function TrialRows({ study, columns, rows, sort, isDescending, onSort }: TrialRowsProps) {
  const [, , ...values] = columns
  const digits = values.map(({ cell }) => digitsToTell(rows.map(cell)))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="scroll" tabIndex={0} aria-label="Table of trials">
      <table class="trials">
        <thead>
          <tr>
            {columns.map(({ name }) => (
              <th key={name} aria-sort={sort === name ? (isDescending ? 'descending' : 'ascending') : 'none'}>
                <button type="button" class="plain" onClick={() => onSort(name)}>
                  {name}
                  {sort === name ? (isDescending ? ' ↓' : ' ↑') : ''}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.number} class={row.number === study.bestTrial ? 'best' : ''}>
              <td>
                <a href={`#/studies/${study.id}/trials/${row.number}`}>{row.number}</a>
              </td>
              <td>
                <StateBadge state={row.state} />
              </td>
              {values.map(({ name, cell }, i) => (
                <td key={name} class="number" title={String(cell(row) ?? '')}>
                  {formatValue(cell(row), digits[i])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
