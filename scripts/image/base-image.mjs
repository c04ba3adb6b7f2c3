import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../process/run.mjs'
import { buildah } from './buildah.mjs'

/**
 * Makes a stand-in for the official image that the Dockerfile starts from, out of Debian's packages and the Node
 * binary that npm has, for machines that reach no image registry. Made once and kept.
 *
 * @param {{ name: string, nodeMajor: string, suite: string }} wanted the name in FROM and what it stands for.
 */
export async function ensureBaseImage(wanted) {
  const exists = await buildah('images', '--quiet', wanted.name).catch(() => '')
  if (exists) return
  const container = await buildah('from', 'scratch')
  try {
    const root = await buildah('mount', container)
    await installDebian(root, wanted.suite)
    await installNode(root, wanted.nodeMajor)
    await run('chroot', [root, 'useradd', '--uid', '1000', '--user-group', '--create-home', 'node'])
    await buildah('config', '--env', `PATH=${IMAGE_PATH}`, '--cmd', 'node', container)
    await buildah('commit', container, wanted.name)
  } finally {
    await buildah('rm', container)
  }
}

const IMAGE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** @param {string} root @param {string} suite */
async function installDebian(root, suite) {
  await run('debootstrap', ['--variant=minbase', suite, root, await debianMirror()])
  // How this machine reaches its mirror (proxy, checks) holds for the image's apt too.
  const settings = await run('apt-config', ['dump', '--no-empty', 'Acquire'])
  await writeFile(join(root, 'etc/apt/apt.conf.d/90host'), settings)
}

/** @returns {Promise<string>} the first mirror of Debian among this machine's apt sources. */
async function debianMirror() {
  const sources = await run('apt-get', [
    'indextargets',
    '--format',
    '$(ORIGIN) $(REPO_URI)',
    'Created-By: Packages',
  ])
  const mirror = /^Debian (\S+)$/m.exec(sources)?.[1]
  if (!mirror) throw new Error('This machine has no Debian mirror among its apt sources.')
  return mirror
}

/** @param {string} root @param {string} major */
async function installNode(root, major) {
  const folder = await mkdtemp(join(tmpdir(), 'hone-node-'))
  try {
    const node = await unpack(`node-linux-${process.arch}@${major}`, folder)
    const npm = await unpack('npm@11', folder)
    const local = join(root, 'usr/local')
    await copyFile(join(node, 'bin/node'), join(local, 'bin/node'))
    await mkdir(join(local, 'lib/node_modules'), { recursive: true })
    await cp(npm, join(local, 'lib/node_modules/npm'), { recursive: true })
    for (const name of ['npm', 'npx']) {
      const script = `/usr/local/lib/node_modules/npm/bin/${name}-cli.js`
      await run('ln', ['-s', script, join(local, 'bin', name)])
      await run('chmod', ['+x', join(root, script)])
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * @param {string} specifier of an npm package; the newest version that fits is taken.
 * @param {string} folder
 * @returns {Promise<string>} where its files are.
 */
async function unpack(specifier, folder) {
  const target = await mkdtemp(join(folder, 'package-'))
  await run('npm', ['pack', '--silent', '--pack-destination', target, specifier], { cwd: folder })
  await run('sh', ['-c', 'tar --extract --gzip --file *.tgz'], { cwd: target })
  return join(target, 'package')
}

/**
 * @param {string} dockerfile path.
 * @returns {Promise<{ name: string, nodeMajor: string, suite: string }>}
 */
export async function baseImageOf(dockerfile) {
  const from = /^FROM (node:(\d+)-(\w+)-slim)/m.exec(await readFile(dockerfile, 'utf8'))
  if (!from) throw new Error(`${dockerfile} does not start from node:<major>-<Debian suite>-slim.`)
  const [, name, nodeMajor, suite] = from
  return { name: `docker.io/library/${name}`, nodeMajor, suite }
}
