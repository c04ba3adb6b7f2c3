/**
 * @typedef {{ heading: string, command: string, args: string[] }} Part of the tests: a program that exits 0 when it
 * passes. One that counts its tests closes with a line `N passed, N failed, N skipped`; any other counts as one.
 */

const bin = (name, ...args) => ({ command: `node_modules/.bin/${name}`, args })
const script = (name, ...args) => ({ command: process.execPath, args: [`scripts/${name}`, ...args] })
const tests = (...kinds) => bin('vitest', 'run', ...kinds.flatMap((kind) => ['--project', kind]))

/** @type {readonly Part[]} what is quick. */
export const CHECK = [
  { heading: 'Types', ...bin('tsc', '-p', '.') },
  { heading: 'Types of the dashboard', ...bin('tsc', '-p', 'dashboard') },
  { heading: 'Format and lint', ...bin('biome', 'ci', '--colors=off', '.') },
  { heading: 'Lint with types', ...bin('oxlint', '--type-aware') },
  { heading: 'Unit tests and layers', ...tests('unit') },
]

/** @type {readonly Part[]} everything. */
export const ALL = [
  ...CHECK,
  { heading: 'OpenAPI document', ...bin('redocly', 'lint', 'openapi/openapi.json') },
  { heading: 'Native engine', ...script('build-native.mjs', '--test') },
  { heading: 'Native engine under sanitizers', ...script('build-native.mjs', '--test', '--sanitize') },
  {
    heading: 'Native engine under the thread sanitizer',
    ...script('build-native.mjs', '--test', '--threads'),
  },
  {
    heading: 'Native engine on 64-bit ARM, emulated',
    ...script('build-native.mjs', '--test', '--arch', 'aarch64'),
  },
  { heading: 'Properties, conformance and replays', ...tests('property') },
  { heading: 'Integration, end-to-end and chaos tests', ...tests('integration', 'e2e', 'chaos') },
  { heading: 'Docker image', ...script('test-image.mjs') },
]
