/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

/** @param {string} line @returns {Tally | undefined} when the line is a tally and nothing else. */
export function parseTally(line) {
  const match = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(line.trim())
  if (!match) return undefined
  const [passed, failed, skipped] = match.slice(1).map((digits) => Number(digits ?? 0))
  return { passed, failed, skipped }
}

/** @param {Tally} tally */
export function formatTally({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

/** @param {Tally} a @param {Tally} b @returns {Tally} */
export function addTallies(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
}
