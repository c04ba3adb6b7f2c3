/**
 * What the service itself costs. Prints a Markdown table, then one line of JSON.
 *
 *   npm run bench:service [trials]
 *   npm run bench:service -- --suite memory
 *   npm run bench:service -- --suite http [--seconds 3]
 *   npm run bench:service -- --suite polls [--seconds 3]
 *   npm run bench:service -- --suite explanations [trials]
 *   npm run bench:service -- --suite flood [--seconds 60]
 *
 * `queues` runs studies of a function that takes no time, by random search, through the queues, the workers and Redis.
 * `memory` is the part of it that counts bytes. `http` asks the API itself, beside a bare fastify route in the same run;
 * `polls` has the reads of one study alone. `explanations` asks for those of a large study, and for that study meanwhile.
 * `flood` asks for more than the service takes on and looks at its memory.
 */
import { parseArgs } from 'node:util'
import { measureExplanations } from './explanations.ts'
import { measureFlood } from './flood.ts'
import { measureHttp, measurePolls } from './http.ts'
import { measureMemory } from './memory.ts'
import { measureQueues, printFigures, withService } from './queues.ts'

const { values, positionals } = parseArgs({
  options: { suite: { type: 'string', default: 'queues' }, seconds: { type: 'string' } },
  allowPositionals: true,
})
const seconds = values.seconds === undefined ? undefined : Number(values.seconds)
if (seconds !== undefined && !(seconds > 0))
  throw new Error(`--seconds must be a number above 0, not ${values.seconds}.`)
const suites: Record<string, () => Promise<Record<string, number>>> = {
  queues: () => measureQueues(Number(positionals[0] ?? 2000)),
  memory: measureMemoryAlone,
  http: () => measureHttp(seconds ?? 3),
  polls: () => measurePolls(seconds ?? 3),
  explanations: () => measureExplanations(Number(positionals[0] ?? 1000)),
  flood: () => measureFlood(seconds ?? 60),
}
async function measureMemoryAlone() {
  let figures = {}
  await withService(1, async (service) => {
    figures = await measureMemory(service)
  })
  return printFigures(figures)
}
const suite = suites[values.suite]
if (!suite)
  throw new Error(`There is no suite ${values.suite}: take one of ${Object.keys(suites).join(', ')}.`)
console.log(JSON.stringify(await suite()))
process.exit()
