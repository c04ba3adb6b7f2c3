import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../process/run.mjs'
import { PROJECT } from './project.mjs'
import { step } from './report.mjs'

/** Installs what package-lock.json names, unless it is installed. */
export async function ensurePackages() {
  const [wanted, installed] = await Promise.all([
    readLock('package-lock.json'),
    // npm's own record of what it put there, written last.
    readLock('node_modules/.package-lock.json').catch(() => ({})),
  ])
  if (isInstalled(wanted, installed)) return
  await step('Installing the packages', 'Installed the packages', npmCi)
}

async function npmCi() {
  try {
    // No package needs its install script: the native addon is this project's own, and is built next.
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: PROJECT })
  } catch (error) {
    throw new Error(`The packages could not be installed.\n${error.message}`, { cause: error })
  }
}

/**
 * @typedef {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }>} Packages by folder.
 * @param {string} path
 * @returns {Promise<Packages>}
 */
async function readLock(path) {
  return JSON.parse(await readFile(join(PROJECT, path), 'utf8')).packages
}

/**
 * @param {Packages} wanted
 * @param {Packages} installed Optional ones may be missing: they are for other platforms.
 */
function isInstalled(wanted, installed) {
  return Object.entries(wanted)
    .filter(([folder]) => folder !== '')
    .every(([folder, { version, optional, devOptional }]) => {
      const present = installed[folder]
      return present ? present.version === version : optional || devOptional
    })
}
