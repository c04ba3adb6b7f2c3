import { useMemo, useState } from 'preact/hooks'
import { ownValue } from '../../src/domain/own-value.ts'
import { filterTrials, sortTrials } from '../data/filter.ts'
import { formatValue } from '../data/format.ts'
import type { StudyView, TrialRow } from '../data/types.ts'
import { StateBadge } from './state-badge.tsx'

const ROWS = 50

/** The trials as a table that is filtered, sorted and turned page by page. */
export function TrialList({ study, rows }: { study: StudyView; rows: readonly TrialRow[] }) {
  const [query, setQuery] = useState('')
  const [sort, setSort] = useState({ column: 'number', isDescending: true })
  const [page, setPage] = useState(0)
  const found = useMemo(
    () => sortTrials(filterTrials(rows, query), sort.column, sort.isDescending),
    [rows, query, sort],
  )
  const metrics = study.metrics.map(({ name }) => name)
  const params = study.searchSpace.parameters.map(({ name }) => name)
  const pages = Math.max(1, Math.ceil(found.length / ROWS))
  const at = Math.min(page, pages - 1)
  const sortBy = (column: string) => () =>
    setSort({ column, isDescending: sort.column === column ? !sort.isDescending : false })
  return (
    <section class="card" aria-label="Trials">
      <div class="bar">
        <h2>Trials</h2>
        <input
          type="search"
          aria-label="Filter trials"
          placeholder="completed learningRate<0.01 optimizer=adam"
          value={query}
          onInput={(event) => {
            setQuery(event.currentTarget.value)
            setPage(0)
          }}
        />
        <span class="muted" role="status">
          {found.length} of {rows.length}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="scroll" tabIndex={0} aria-label="Table of trials">
        <table class="trials">
          <thead>
            <tr>
              {['number', 'state', ...metrics, ...params].map((column) => (
                <th
                  key={column}
                  aria-sort={
                    sort.column === column ? (sort.isDescending ? 'descending' : 'ascending') : 'none'
                  }
                >
                  <button type="button" class="plain" onClick={sortBy(column)}>
                    {column}
                    {sort.column === column ? (sort.isDescending ? ' ↓' : ' ↑') : ''}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.slice(at * ROWS, (at + 1) * ROWS).map((row) => (
              <tr key={row.number} class={row.number === study.bestTrial ? 'best' : ''}>
                <td>
                  <a href={`#/studies/${study.id}/trials/${row.number}`}>{row.number}</a>
                </td>
                <td>
                  <StateBadge state={row.state} />
                </td>
                {metrics.map((name) => (
                  <td key={name} class="number" title={String(ownValue(row.metrics, name) ?? '')}>
                    {formatValue(ownValue(row.metrics, name))}
                  </td>
                ))}
                {params.map((name) => (
                  <td key={name} class="number" title={String(ownValue(row.params, name) ?? '')}>
                    {formatValue(ownValue(row.params, name))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {pages > 1 && (
        <div class="bar">
          <button type="button" class="quiet" disabled={at === 0} onClick={() => setPage(at - 1)}>
            Previous
          </button>
          <span class="muted">
            Page {at + 1} of {pages}
          </span>
          <button type="button" class="quiet" disabled={at === pages - 1} onClick={() => setPage(at + 1)}>
            Next
          </button>
        </div>
      )}
    </section>
  )
}
