type Cell = string | number | boolean | null | undefined

/**
 * One record of RFC 4180, its line end included. A text that a spreadsheet would take for a formula gets an
 * apostrophe in front (OWASP, CSV injection); numbers never do, `-1` stays a number.
 */
export function csvRecord(cells: readonly Cell[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

function cell(value: Cell): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
