import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process/run.mjs'
import { PROJECT } from '../setup/project.mjs'
import { baseImageOf, ensureBaseImage } from './base-image.mjs'
import { buildah } from './buildah.mjs'

export const IMAGE = 'localhost/hone'

/** Builds the Dockerfile as it is. */
export async function buildImage() {
  const dockerfile = join(PROJECT, 'Dockerfile')
  await ensureBaseImage(await baseImageOf(dockerfile))
  const volumes = (await hostSettings()).flatMap((volume) => ['--volume', volume])
  const options = ['--isolation', 'chroot', '--format', 'docker', '--pull-never', '--tag', IMAGE]
  await buildah('bud', ...options, ...volumes, '--file', dockerfile, PROJECT)
}

/** Leaves only the base for the next time: a copy of every image takes half a gigabyte. */
export async function removeImage() {
  await buildah('rmi', IMAGE).catch(() => undefined)
}

/** How this machine reaches its registries, lent to the build's commands and kept out of the image. */
async function hostSettings() {
  const [user, global] = await Promise.all(['userconfig', 'globalconfig'].map(npmConfig))
  const files = [
    ['/etc/ssl/certs', '/etc/ssl/certs'],
    [user, '/root/.npmrc'],
    [global, '/usr/local/etc/npmrc'],
  ]
  return files.filter(([host]) => existsSync(host)).map(([host, image]) => `${host}:${image}:ro`)
}

async function npmConfig(name) {
  return (await run('npm', ['config', 'get', name], { cwd: PROJECT })).trim()
}
