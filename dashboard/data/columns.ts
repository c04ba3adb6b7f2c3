import { ownValue } from '../../src/domain/own-value.ts'
import type { StudyView, TrialRow, Value } from './types.ts'

/** A column of the table of trials. */
export interface TrialColumn {
  /** As it is headed and filtered by. */
  readonly name: string
  readonly cell: (row: TrialRow) => Value | undefined
}

/** A metric and a parameter of one name are told apart. @param hasReasons whether any trial says why it ended */
export function columnsOf(
  { metrics, searchSpace }: Pick<StudyView, 'metrics' | 'searchSpace'>,
  hasReasons: boolean,
): readonly TrialColumn[] {
  const names = [...metrics, ...searchSpace.parameters].map(({ name }) => name)
  const taken = ['number', 'state', 'reason']
  const named = (name: string, kind: string) =>
    taken.includes(name) || names.filter((one) => one === name).length > 1 ? `${kind}.${name}` : name
  return [
    { name: 'number', cell: ({ number }) => number },
    { name: 'state', cell: ({ state }) => state },
    ...metrics.map(({ name }) => ({
      name: named(name, 'metric'),
      cell: (row: TrialRow) => ownValue(row.metrics, name),
    })),
    ...searchSpace.parameters.map(({ name }) => ({
      name: named(name, 'parameter'),
      cell: (row: TrialRow) => ownValue(row.params, name),
    })),
    ...(hasReasons ? [{ name: 'reason', cell: ({ reason }: TrialRow) => reason }] : []),
  ]
}

export function columnNamed(columns: readonly TrialColumn[], name: string): TrialColumn | undefined {
  return columns.find((column) => column.name === name)
}
