import { findCommand } from '../process/find-command.mjs'
import { installWithApt } from '../process/install-with-apt.mjs'

const TOOLS = ['buildah', 'debootstrap', 'docker-compose', 'redis-server']

/** @returns {Promise<string | undefined>} why the image cannot be tested on this machine. */
export async function missingRequirement() {
  if (process.platform !== 'linux') return 'the image is built on Linux only'
  if (process.getuid?.() !== 0) return 'building an image without a container engine needs root'
  const missing = TOOLS.filter((tool) => !findCommand(tool))
  if (missing.length === 0) return undefined
  return installWithApt(missing).then(
    () => undefined,
    (error) => `${missing.join(', ')} could not be installed: ${error.message}`,
  )
}
