import { findCommand } from './find-command.mjs'
import { run } from './run.mjs'

const OPTIONS = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=3']

/**
 * Installs Debian packages for the whole machine, where this user may: root, or sudo without a password.
 *
 * @param {readonly string[]} packages
 * @throws Error that says in a few words why not.
 */
export async function installWithApt(packages) {
  if (!findCommand('apt-get')) throw new Error('there is no apt-get here')
  const prefix = await asRoot()
  if (!prefix) throw new Error('this user is not root and may not use sudo')
  const aptGet = (...args) => {
    const [command, ...rest] = [
      ...prefix,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      ...OPTIONS,
      ...args,
    ]
    return run(command, rest)
  }
  // A source that does not answer need not be the one that has the packages.
  await aptGet('update').catch(() => undefined)
  await aptGet('install', '--yes', '--no-install-recommends', ...packages).catch((error) => {
    throw new Error(`apt-get failed: ${error.message.trim().split('\n').at(-1)}`, { cause: error })
  })
}

/** @returns {Promise<string[] | undefined>} what to put before a command so that root runs it. */
async function asRoot() {
  if (process.getuid?.() === 0) return []
  if (!findCommand('sudo')) return undefined
  return run('sudo', ['-n', 'true']).then(
    () => ['sudo', '-n'],
    () => undefined,
  )
}
