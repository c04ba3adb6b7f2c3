import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PROJECT } from './project.mjs'

/**
 * Does `work` unless it was done for the same files before and `product` is still there. Stamps live in
 * node_modules: new packages mean new compilers and headers, so all is built again.
 *
 * @param {{ product: string, sources: readonly string[] }} step paths of files and folders within the project.
 * @param {() => Promise<void>} work
 */
export async function unlessUpToDate({ product, sources }, work) {
  const stampPath = join(PROJECT, 'node_modules/.hone', `${product.replaceAll('/', '-')}.stamp`)
  const stamp = await fingerprint(sources)
  const before = await readFile(stampPath, 'utf8').catch(() => undefined)
  if (before === stamp && (await exists(product))) return
  await work()
  await mkdir(dirname(stampPath), { recursive: true })
  await writeFile(stampPath, stamp)
}

/** @param {readonly string[]} sources */
async function fingerprint(sources) {
  const lines = (await Promise.all(sources.map(describe))).flat().sort()
  return createHash('sha256')
    .update([process.arch, ...lines].join('\n'))
    .digest('hex')
}

/** @param {string} path @returns {Promise<string[]>} a line for each file, with what changes when it does. */
async function describe(path) {
  const info = await stat(join(PROJECT, path))
  if (!info.isDirectory()) return [`${path} ${info.size} ${info.mtimeMs}`]
  const names = await readdir(join(PROJECT, path))
  return (await Promise.all(names.map((name) => describe(join(path, name))))).flat()
}

/** @param {string} path */
function exists(path) {
  return stat(join(PROJECT, path)).then(
    () => true,
    () => false,
  )
}
