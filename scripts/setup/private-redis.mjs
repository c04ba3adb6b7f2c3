import { mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { findCommand, isExecutable } from '../process/find-command.mjs'
import { run } from '../process/run.mjs'

/** Where the server is within the folder it was unpacked into; src/launcher/redis-binary.ts looks there. */
export const PRIVATE_PROGRAM = 'usr/bin/redis-server'

// Debian and its descendants have one or both; the second package of each pair brings the program.
const PACKAGES = [
  ['redis-server', 'redis-tools'],
  ['valkey-server', 'valkey-tools'],
]

/**
 * Unpacks the distribution's Redis into a folder, without root and without touching the machine: apt keeps its lists
 * in a folder of its own, and nothing is installed, so no service starts either.
 *
 * @param {string} folder in a folder that exists.
 * @throws Error that says in a few words why not.
 */
export async function installPrivately(folder) {
  for (const command of ['apt-get', 'dpkg']) {
    if (!findCommand(command)) throw new Error(`there is no ${command} here`)
  }
  const work = await mkdtemp(`${folder}-`)
  try {
    const unpacked = join(work, 'unpacked')
    await fetchRedis(work, unpacked)
    await rm(folder, { recursive: true, force: true })
    await rename(unpacked, folder)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function fetchRedis(work, unpacked) {
  const aptGet = await privateApt(work)
  // A source that does not answer need not be the one that has Redis.
  await aptGet('update').catch(() => undefined)
  let reason = 'the packages hold no server'
  for (const packages of PACKAGES) {
    try {
      await unpack(aptGet, packages, work, unpacked)
      if (await hasServer(unpacked, packages[0])) return
    } catch (error) {
      reason = error.message.trim().split('\n').at(-1)
    }
  }
  throw new Error(reason)
}

/** @returns apt-get with arguments to come, and with all that it writes in `work`. */
async function privateApt(work) {
  for (const folder of ['lists/partial', 'cache/archives/partial']) {
    await mkdir(join(work, folder), { recursive: true })
  }
  const options = [
    `Dir::State::Lists=${work}/lists`,
    `Dir::Cache=${work}/cache`,
    'Debug::NoLocking=true',
    'Acquire::Retries=3',
    'Acquire::Languages=none',
    // The user that apt drops root for could not write to `work`.
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option])
  return (...args) => run('apt-get', [...options, ...args], { cwd: work })
}

async function unpack(aptGet, packages, work, unpacked) {
  const plan = await aptGet('install', '--simulate', '--no-install-recommends', packages[0])
  const missing = [...plan.matchAll(/^Inst (\S+)/gm)].map((match) => match[1])
  await aptGet('download', ...new Set([...packages, ...missing]))
  const files = (await readdir(work)).filter((name) => name.endsWith('.deb'))
  for (const file of files) await run('dpkg', ['--extract', join(work, file), unpacked])
}

async function hasServer(unpacked, name) {
  const program = join(unpacked, PRIVATE_PROGRAM)
  if (!isExecutable(program)) await symlink(name, program).catch(() => undefined)
  return isExecutable(program)
}
