// Everything that continuous integration runs.
import { ALL } from './test/parts.mjs'
import { runParts } from './test/run-parts.mjs'

await runParts(ALL)
