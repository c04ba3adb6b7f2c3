import { useMemo } from 'preact/hooks'
import { columnNamed, columnsOf } from '../data/columns.ts'
import { parseFilter, sortTrials } from '../data/filter.ts'
import type { StudyView, TrialRow } from '../data/types.ts'
import { TrialRows } from './trial-rows.tsx'
import { useAddress } from './use-address.ts'

const ROWS = 50

/** The trials as a table that is filtered, sorted and turned page by page. */
export function TrialList({ study, rows }: { study: StudyView; rows: readonly TrialRow[] }) {
  const { metrics, searchSpace } = study
  const [address, setAddress] = useAddress()
  const query = address.get('filter') ?? ''
  const sort = address.get('sort') ?? 'number'
  const isDescending = address.has('sort') ? address.has('down') : true
  const hasReasons = useMemo(() => rows.some(({ reason }) => reason), [rows])
  const columns = useMemo(
    () => columnsOf({ metrics, searchSpace }, hasReasons),
    [metrics, searchSpace, hasReasons],
  )
  const filter = useMemo(() => parseFilter(query, columns), [query, columns])
  const found = useMemo(() => {
    const column = columnNamed(columns, sort) ?? columns[0]!
    return sortTrials(query ? rows.filter(filter.test) : rows, column, isDescending)
  }, [rows, query, filter, columns, sort, isDescending])
  // Not with each trial that comes: only the answer to a filter is told to who cannot see it.
  const told = useMemo(() => (query ? `${found.length} trials` : ''), [query])
  const pages = Math.max(1, Math.ceil(found.length / ROWS))
  const at = Math.min(Number(address.get('page')) || 1, pages)
  const sortBy = (column: string) => {
    const isDown = column === sort && !isDescending
    setAddress({ sort: column, down: isDown ? '1' : '', page: '' })
  }
  const turn = (page: number) => () => setAddress({ page: page > 1 ? String(page) : '' })
  return (
    <section class="card" aria-label="Trials">
      <div class="bar">
        <h2>Trials</h2>
        <input
          type="search"
          aria-label="Filter trials"
          placeholder="completed learningRate<0.01 optimizer=adam"
          value={query}
          onInput={(event) => setAddress({ filter: event.currentTarget.value, page: '' })}
        />
        <span class="muted">
          {found.length} of {rows.length}
        </span>
        <span class="visually-hidden" role="status">
          {told}
        </span>
      </div>
      {filter.unknown.length > 0 && (
        <p class="problem" role="alert">
          No column is called {filter.unknown.join(' or ')}.
        </p>
      )}
      <TrialRows
        study={study}
        columns={columns}
        rows={found.slice((at - 1) * ROWS, at * ROWS)}
        {...{ sort, isDescending }}
        onSort={sortBy}
      />
      {pages > 1 && (
        <div class="bar">
          <button type="button" class="quiet" disabled={at === 1} onClick={turn(at - 1)}>
            Previous
          </button>
          <span class="muted">
            Page {at} of {pages}
          </span>
          <button type="button" class="quiet" disabled={at === pages} onClick={turn(at + 1)}>
            Next
          </button>
        </div>
      )}
    </section>
  )
}
