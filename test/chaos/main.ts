/**
 * Random faults on a whole service: two replicas of the API, two proposal workers, four trial workers, one Redis.
 * Every study must end with exactly its trials, each finished once, and its journal must verify. Prints a table, one
 * row a seed; exits 1 at any violation. Without arguments the tests run, a short form of this among them.
 *
 *   npm run test:chaos -- --seeds 5 --faults 200 --trials 1000 [--first 1] [--verbose]
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { type ChaosResult, runChaos } from './support/run-chaos.ts'

if (process.argv.length === 2) {
  const { status } = spawnSync('vitest', ['run', '--project', 'chaos'], { stdio: 'inherit' })
  process.exit(status ?? 1)
}

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    faults: { type: 'string', default: '200' },
    trials: { type: 'string', default: '1000' },
    first: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
  },
})
const [seeds, faults, trials, first] = [values.seeds, values.faults, values.trials, values.first].map(Number)

console.log(
  '| seed | faults | studies | trials | lost | doubled | retried | proposed again | violations | s |',
)
console.log('|---|---|---|---|---|---|---|---|---|---|')
for (let seed = first!; seed < first! + seeds!; seed++) {
  const log = values.verbose ? (line: string) => console.error(line) : undefined
  const result = await runChaos({ seed, faults: faults!, trials: trials!, ...(log && { log }) })
  printRow(seed, result)
  if (result.violations.length > 0) process.exitCode = 1
}
process.exit()

function printRow(seed: number, result: ChaosResult): void {
  const { studies, lost, doubled, retried, reproposed, violations, seconds } = result
  const cells = [seed, faults, studies, result.trials, lost, doubled, retried, reproposed, violations.length]
  console.log(`| ${[...cells, seconds.toFixed(0)].join(' | ')} |`)
  console.error(JSON.stringify({ seed, faults: result.faults }))
  for (const violation of violations) console.error(`  ${violation}`)
}
