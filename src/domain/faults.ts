import { FAULTS_MAX, type Fault } from './errors.ts'

// As many as a person reads.
const LISTED_MAX = 20
// Long enough to recognize what was sent, short enough to read.
const SHOWN_LETTERS = 40

/** The faults of one item after the other; once there are enough of them, what comes after is not looked at. */
export function faultsOfEach<Item>(
  items: Iterable<Item>,
  faultsOf: (item: Item, index: number) => readonly Fault[],
): Fault[] {
  const faults: Fault[] = []
  let index = 0
  for (const item of items) {
    if (faults.length >= FAULTS_MAX) break
    faults.push(...faultsOf(item, index++).slice(0, FAULTS_MAX))
  }
  return faults.slice(0, FAULTS_MAX)
}

/** What follows the first fault where that is told for all of them: ` (and 3 more)`; of `FAULTS_MAX` there may be others. */
export function andMore({ length }: readonly Fault[]): string {
  if (length <= 1) return ''
  return length < FAULTS_MAX ? ` (and ${length - 1} more)` : ` (and at least ${FAULTS_MAX - 1} more)`
}

/** The first of them. */
export function listed<Item = string>(
  items: readonly Item[],
  show: (item: Item) => string = (item) => shortened(String(item)),
  between = ', ',
): string {
  const shown = items.slice(0, LISTED_MAX).map(show).join(between)
  return items.length > LISTED_MAX ? `${shown} and ${items.length - LISTED_MAX} more` : shown
}

export function shortened(text: string, letters = SHOWN_LETTERS): string {
  return text.length > letters ? `${text.slice(0, letters)}…` : text
}

/** A value as JSON has it; a long text is cut short. */
export function quoted(value: unknown): string {
  return JSON.stringify(typeof value === 'string' ? shortened(value) : value)
}
