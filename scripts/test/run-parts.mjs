import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { PROJECT } from '../setup/project.mjs'
import { addTallies, formatTally, parseTally } from './tally.mjs'

/**
 * Runs parts one after the other, all of them whatever fails, under a heading each, and closes with the sum of what
 * they counted, alone on a line. Sets exit code 1 when anything failed.
 *
 * @param {readonly import('./parts.mjs').Part[]} parts
 */
export async function runParts(parts) {
  const results = []
  for (const part of parts) {
    console.log(`\n== ${part.heading}`)
    results.push({ part, ...(await runPart(part)) })
  }
  const total = results.map((result) => result.tally).reduce(addTallies)
  printSummary(results)
  console.log(`\n${formatTally(total)}`)
  if (total.failed > 0) process.exitCode = 1
}

/** @returns the part's tally, and why it or some of it was skipped. */
async function runPart({ command, args }) {
  const child = spawn(command, args, {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, REDOCLY_TELEMETRY: 'off' },
  })
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code, signal) => resolve(signal ?? code))
  })
  let tally
  const reasons = []
  for await (const line of createInterface({ input: child.stdout })) {
    const counted = parseTally(line)
    const reason = /^Skipped: (.+)$/.exec(line)?.[1]
    if (reason) reasons.push(reason)
    if (counted) tally = counted
    else console.log(line)
  }
  return { tally: judge(tally, await ended), reasons }
}

/** A part that counted nothing is one test; one that exits otherwise than 0 has at least one failure. */
function judge(tally, ending) {
  if (ending === 0) return tally ?? { passed: 1, failed: 0, skipped: 0 }
  if (tally?.failed) return tally
  console.log(`Ended with ${typeof ending === 'number' ? `exit code ${ending}` : ending}.`)
  return { passed: 0, skipped: 0, ...tally, failed: 1 }
}

function printSummary(results) {
  console.log('\n== Summary')
  for (const { part, tally, reasons } of results) {
    console.log(`${tally.failed > 0 ? 'FAILED' : 'ok    '}  ${part.heading}: ${formatTally(tally)}`)
    for (const reason of reasons) console.log(`        skipped: ${reason}`)
  }
}
