import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../process/run.mjs'
import { unlessUpToDate } from './fingerprint.mjs'
import { PROJECT } from './project.mjs'
import { step } from './report.mjs'

const PRODUCT = 'dashboard/build'
const SOURCES = [
  'charts',
  'data',
  'pages',
  'parts',
  'api.ts',
  'app.css',
  'icon.svg',
  'index.html',
  'main.tsx',
  'visible.ts',
]
// Rules that the page has in common with the service.
const SHARED = ['src/domain', 'src/math', 'src/optimizer/space/wide-ranges.ts']

/** Bundles the dashboard into dashboard/build/, unless it is bundled. */
export function ensureDashboard() {
  const sources = [...SOURCES.map((name) => `dashboard/${name}`), ...SHARED]
  return unlessUpToDate({ product: PRODUCT, sources }, () =>
    step('Bundling', 'Bundled the dashboard', () => bundle(join(PROJECT, 'dashboard'))),
  )
}

// Beside the old one and then in its place.
async function bundle(folder) {
  const [next, build] = [join(folder, 'build.next'), join(folder, 'build')]
  await rm(next, { recursive: true, force: true })
  await mkdir(next, { recursive: true })
  const options = [
    '--bundle',
    '--minify',
    '--format=esm',
    '--target=es2022',
    '--jsx=automatic',
    '--log-level=warning',
  ]
  await run(
    join(PROJECT, 'node_modules/.bin/esbuild'),
    [join(folder, 'main.tsx'), ...options, '--jsx-import-source=preact', `--outfile=${join(next, 'app.js')}`],
    { cwd: PROJECT },
  )
  for (const name of ['index.html', 'app.css', 'icon.svg']) await cp(join(folder, name), join(next, name))
  await rm(build, { recursive: true, force: true })
  await rename(next, build)
}
