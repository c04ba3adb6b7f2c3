// The quick checks: types, format and lint, layers, unit tests.
import { CHECK } from './test/parts.mjs'
import { runParts } from './test/run-parts.mjs'

await runParts(CHECK)
