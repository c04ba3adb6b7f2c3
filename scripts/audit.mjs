// Asks the registry for known vulnerabilities of what runs in production. Fails on one that is high or critical; a
// registry that cannot be reached, or does not know, is said and no fault: continuous integration runs this beside the tests.
import { spawn } from 'node:child_process'

const SERIOUS = ['high', 'critical']
const PATIENCE_MS = 60_000

/** @returns {Promise<any>} what npm says, as JSON; undefined when it says nothing that can be read. */
async function audit() {
  const child = spawn('npm', ['audit', '--omit=dev', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: PATIENCE_MS,
  })
  let output = ''
  for await (const chunk of child.stdout) output += chunk
  try {
    return JSON.parse(output)
  } catch {
    return undefined
  }
}

const report = await audit()
const counts = report?.metadata?.vulnerabilities
const serious = counts && SERIOUS.reduce((sum, severity) => sum + counts[severity], 0)
if (!counts)
  console.log(`Not audited: the registry tells of no vulnerabilities (${report?.message ?? 'no answer'}).`)
else console.log(`Known vulnerabilities: ${JSON.stringify(counts)}`)
for (const [name, { severity, range }] of Object.entries(serious ? report.vulnerabilities : {}))
  if (SERIOUS.includes(severity)) console.log(`${severity}: ${name} ${range}`)
if (serious) process.exitCode = 1
