import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { findCommand, isExecutable } from '../process/find-command.mjs'
import { run } from '../process/run.mjs'

// What Debian and its descendants call it, and the program each package brings.
const PACKAGES = [
  { name: 'redis-server', tools: 'redis-tools', program: 'usr/bin/redis-server' },
  { name: 'valkey-server', tools: 'valkey-tools', program: 'usr/bin/valkey-server' },
]

/**
 * Unpacks the distribution's Redis into the folder of `server`, without root and without touching the machine: apt
 * keeps its lists in a folder of its own, and nothing is installed, so no service starts either.
 *
 * @param {string} server path of the script that will start it.
 */
export async function installPrivately(server) {
  for (const command of ['apt-get', 'dpkg']) {
    if (!findCommand(command)) throw new Error(`there is no ${command} here`)
  }
  const work = await mkdtemp(`${dirname(server)}-`)
  try {
    const unpacked = join(work, basename(dirname(server)))
    const program = await fetchRedis(work, unpacked)
    await writeStarter(join(unpacked, basename(server)), program)
    await rm(dirname(server), { recursive: true, force: true })
    await rename(unpacked, dirname(server))
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** @param {string} work @param {string} unpacked @returns {Promise<string>} the server's program, within `unpacked`. */
async function fetchRedis(work, unpacked) {
  const aptGet = await privateApt(work)
  // A source that does not answer need not be the one that has Redis.
  await aptGet('update').catch(() => undefined)
  /** @type {unknown} */
  let failure
  for (const { name, tools, program } of PACKAGES) {
    try {
      const packages = new Set([name, tools, ...(await missingPackages(aptGet, name))])
      await aptGet('download', ...packages)
      await unpackAll(work, unpacked)
      if (isExecutable(join(unpacked, program))) return program
    } catch (error) {
      failure ??= error
    }
  }
  const lines = failure instanceof Error ? failure.message.trim().split('\n') : ['no program in the packages']
  throw new Error(/** @type {string} */ (lines.at(-1)))
}

/** @typedef {(...args: string[]) => Promise<string>} AptGet */

/** @param {string} work @returns {Promise<AptGet>} apt-get, with all that it writes in `work`. */
async function privateApt(work) {
  for (const folder of ['lists/partial', 'cache/archives/partial'])
    await mkdir(join(work, folder), { recursive: true })
  const options = [
    `Dir::State::Lists=${work}/lists`,
    `Dir::Cache=${work}/cache`,
    'Debug::NoLocking=true',
    'Acquire::Retries=3',
    'Acquire::Languages=none',
    // The unprivileged user that apt downloads as cannot write to `work`.
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option])
  return (...args) => run('apt-get', [...options, ...args], { cwd: work })
}

/** @param {AptGet} aptGet @param {string} name @returns {Promise<string[]>} what an installation would add here. */
async function missingPackages(aptGet, name) {
  const plan = await aptGet('install', '--simulate', '--no-install-recommends', name)
  return [...plan.matchAll(/^Inst (\S+)/gm)].map((match) => /** @type {string} */ (match[1]))
}

/** @param {string} work @param {string} unpacked */
async function unpackAll(work, unpacked) {
  const packages = (await readdir(work)).filter((name) => name.endsWith('.deb'))
  for (const name of packages) await run('dpkg', ['--extract', join(work, name), unpacked])
}

/**
 * A script that starts the server with the libraries that came with it.
 *
 * @param {string} path @param {string} program
 */
async function writeStarter(path, program) {
  const script = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
for folder in "$here"/lib/*/ "$here"/usr/lib/*/; do
  LD_LIBRARY_PATH="$folder\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
done
export LD_LIBRARY_PATH
exec "$here/${program}" "$@"
`
  await writeFile(path, script)
  await chmod(path, 0o755)
}
