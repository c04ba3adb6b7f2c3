import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packagePath } from '../../src/package-path.ts'

/** Layer -> what it may import besides itself; paths as prefixes from src/. The drawing is in ARCHITECTURE.md. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  math: [],
  domain: [],
  optimizer: ['domain/', 'math/'],
  algebra: ['math/', 'package-path.ts'],
  services: ['domain/', 'math/', 'optimizer/'],
  http: ['domain/', 'services/', 'telemetry/', 'package-path.ts'],
  connection: [],
  queue: ['connection/', 'domain/', 'services/ports/', 'telemetry/'],
  redis: ['connection/', 'domain/', 'services/ports/', 'telemetry/', 'package-path.ts'],
  webhooks: ['services/ports/'],
  trainers: ['domain/', 'math/', 'services/ports/', 'package-path.ts'],
  tables: ['domain/', 'services/ports/'],
  threads: ['algebra/', 'domain/', 'optimizer/', 'services/ports/', 'tables/', 'package-path.ts'],
  telemetry: ['services/ports/'],
  launcher: ['services/ports/', 'config.ts', 'package-path.ts'],
  quickstart: ['domain/', 'http/schemas/', 'launcher/', 'telemetry/', 'config.ts', 'package-path.ts'],
}
const PURE = ['math', 'domain', 'optimizer']
// A Gaussian process may be called one; only Node's own has an environment and the like.
const NODE_PROCESS =
  'process\\.(?:env|argv|exit|hrtime|nextTick|on|once|pid|platform|cwd|memoryUsage|stdout|stderr)'
const IMPURE = new RegExp(
  `\\b(?:Date|performance|crypto|fetch|setTimeout|setInterval|queueMicrotask|async|await|Promise|Math\\.random|${NODE_PROCESS})\\b`,
)

interface Source {
  /** From src/. */
  readonly path: string
  readonly text: string
}

function layerOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : ''
}

/** Comments and strings out of the way, line by line, so that words in them mean nothing. */
function code(text: string): string {
  const comment = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm
  return text.replace(comment, '').replace(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"/g, "''")
}

/** What a file imports: `import`, `export ... from` and `import()`, types included. */
function importsOf(text: string): string[] {
  const statement =
    /^(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm
  return [...text.matchAll(statement)].map((match) => (match[1] ?? match[2] ?? match[3])!)
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith('.')
}

function resolveFrom(path: string, specifier: string): string {
  return join(dirname(path), specifier)
}

function violations(source: Source): string[] {
  return importsOf(source.text).flatMap((specifier) => {
    const reason = isRelative(specifier) ? outward(source.path, specifier) : foreign(source.path, specifier)
    return reason ? [`${source.path} imports ${specifier}: ${reason}`] : []
  })
}

function outward(path: string, specifier: string): string | undefined {
  const layer = layerOf(path)
  const target = resolveFrom(path, specifier)
  if (target.startsWith('..'))
    return target.startsWith('../workers/') || layer ? 'src/ knows only src/' : undefined
  const allowed = LAYERS[layer]
  if (!allowed || layerOf(target) === layer || allowed.some((prefix) => target.startsWith(prefix)))
    return undefined
  return `${layer}/ may import only ${allowed.join(', ') || 'itself'}`
}

function foreign(path: string, specifier: string): string | undefined {
  const layer = layerOf(path)
  if (PURE.includes(layer)) return `${layer}/ is pure: no package, no Node module`
  if (layer === 'services' && !specifier.startsWith('node:')) return 'a vendor belongs behind a port'
  return undefined
}

function impurities(source: Source): string[] {
  if (!PURE.includes(layerOf(source.path))) return []
  return code(source.text)
    .split('\n')
    .filter((line) => IMPURE.test(line))
    .map((line) => `${source.path}: ${line.trim()}`)
}

/** The first import cycle found, as a path of files; undefined when there is none. */
function findCycle(sources: readonly Source[]): string[] | undefined {
  const edges = new Map(sources.map(({ path, text }) => [path, importsOf(text).filter(isRelative)]))
  const finished = new Set<string>()
  const visit = (path: string, trail: readonly string[]): string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (finished.has(path)) return undefined
    for (const specifier of edges.get(path) ?? []) {
      const cycle = visit(resolveFrom(path, specifier), [...trail, path])
      if (cycle) return cycle
    }
    finished.add(path)
    return undefined
  }
  for (const path of edges.keys()) {
    const cycle = visit(path, [])
    if (cycle) return cycle
  }
  return undefined
}

const SOURCES: Source[] = readdirSync(packagePath('src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, text: readFileSync(packagePath('src', path), 'utf8') }))

describe('architecture', () => {
  it('has a rule for every folder of src/', () => {
    const folders = new Set(SOURCES.map(({ path }) => layerOf(path)).filter((layer) => layer !== ''))

    expect([...folders].filter((folder) => !(folder in LAYERS))).toEqual([])
  })

  it('has imports that point inward only', () => {
    expect(SOURCES.flatMap(violations)).toEqual([])
  })

  it('grants no layer what it does not use', () => {
    const used = SOURCES.flatMap(({ path, text }) =>
      importsOf(text)
        .filter(isRelative)
        .map((specifier) => ({ layer: layerOf(path), target: resolveFrom(path, specifier) })),
    )
    const unused = Object.entries(LAYERS).flatMap(([layer, allowed]) =>
      allowed
        .filter((prefix) => !used.some((one) => one.layer === layer && one.target.startsWith(prefix)))
        .map((prefix) => `${layer} -> ${prefix}`),
    )

    expect(unused).toEqual([])
  })

  it('has no import cycle', () => {
    expect(findCycle(SOURCES)).toBeUndefined()
  })

  it('keeps clock, randomness, process and promises out of the pure layers', () => {
    expect(SOURCES.flatMap(impurities)).toEqual([])
  })
})

describe('the check itself', () => {
  it.each([
    ['math/a.ts', "import { b } from '../domain/b.ts'"],
    ['domain/a.ts', "import type { Random } from '../math/random.ts'"],
    ['optimizer/a.ts', "export { b } from '../services/b.ts'"],
    ['optimizer/a.ts', "import { randomBytes } from 'node:crypto'"],
    ['services/a.ts', "import { Queue } from 'bullmq'"],
    ['services/a.ts', "import { store } from '../redis/study-store.ts'"],
    ['redis/a.ts', "import { b } from '../queue/b.ts'"],
    ['redis/a.ts', "import { topUp } from '../services/top-up.ts'"],
    ['http/a.ts', "const b = await import('../redis/b.ts')"],
    ['trainers/mlp/a.ts', "import {\n  b,\n  c,\n} from '../../optimizer/b.ts'"],
    ['launcher/a.ts', "import '../services/b.ts'"],
    ['queue/a.ts', "import { b } from '../../workers/trial-worker.ts'"],
  ])('refuses in %s: %s', (path, text) => {
    expect(violations({ path, text })).toHaveLength(1)
  })

  it('finds a cycle', () => {
    const cycle = findCycle([
      { path: 'domain/a.ts', text: "import { b } from './b.ts'" },
      { path: 'domain/b.ts', text: "import { a } from './a.ts'" },
    ])

    expect(cycle).toEqual(['domain/a.ts', 'domain/b.ts', 'domain/a.ts'])
  })

  it.each([
    'const now = Date.now()',
    'const x = Math.random()',
    'export async function f() {}',
    'process.env.HOME',
  ])('finds impurity: %s', (text) => {
    expect(impurities({ path: 'math/a.ts', text })).toHaveLength(1)
  })

  it('does not take words in comments and strings for code', () => {
    const text = "// a Date\n/** of the process */\nconst x = 'Math.random'\nconst y = `await`"

    expect(impurities({ path: 'math/a.ts', text })).toEqual([])
  })
})
