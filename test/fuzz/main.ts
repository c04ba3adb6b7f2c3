/**
 * Sends valid, mutated and hostile requests, made from the OpenAPI document, to every route of a service on a Redis of
 * its own, and holds each answer against the document. Exits 1 when an answer is not as the document says.
 *
 *   npm run test:fuzz -- --requests 20000 --seed 1
 */
import { parseArgs } from 'node:util'
import { startTestApp } from '../support/app.ts'
import { asCurl, runFuzz } from './run-fuzz.ts'
import { populate } from './world.ts'

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
})
const app = await startTestApp()
const startedAt = performance.now()
const report = await runFuzz({
  url: app.url,
  requests: Number(values.requests),
  seed: Number(values.seed),
  prepare: () => populate(app),
})
const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
await app.close()

console.table(report.byOperation)
console.log(`Answers by status: ${JSON.stringify(report.byStatus)}`)
for (const { what, request } of report.findings) console.log(`\n${what}\n  ${asCurl(app.url, request)}`)
const { valid, mutated, hostile } = report.byKind
const sent = `${valid} valid, ${mutated} mutated and ${hostile} hostile requests`
console.log(`\n${report.findings.length} findings in ${sent}, ${seconds} s (seed ${values.seed}).`)
process.exitCode = report.findings.length > 0 ? 1 : 0
