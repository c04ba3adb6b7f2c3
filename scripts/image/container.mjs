import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { IMAGE } from './build-image.mjs'
import { buildah, buildahArguments } from './buildah.mjs'

/** @returns {Promise<{ Entrypoint: string[], Cmd: string[], Healthcheck: { Test: string[] } }>} */
export async function imageConfig() {
  return JSON.parse(await buildah('inspect', '--type', 'image', IMAGE)).Docker.config
}

/**
 * A container of the image, with its own files and the machine's network and processes.
 *
 * @param {Record<string, string>} environment
 */
export async function createContainer(environment) {
  const id = await buildah('from', '--pull-never', IMAGE)
  const settings = Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`])
  const runArguments = (command) => ['run', '--isolation', 'chroot', ...settings, id, '--', ...command]
  return {
    /** Runs a command to its end and gives what it printed. */
    run: (...command) => buildah(...runArguments(command)),
    /** Starts the image's entry point with a command. */
    start: (entrypoint, command) => startProcess(runArguments([...entrypoint, ...command]), entrypoint[0]),
    remove: () => buildah('rm', id),
  }
}

/** @param {string} program what runs as the container's first process. */
function startProcess(args, program) {
  const child = spawn('buildah', buildahArguments(...args), { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit').then(([code, signal]) => signal ?? code)
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      log += chunk
    })
  }
  return {
    log: () => log,
    /** Sends SIGTERM to the container's first process, as an engine does; buildah itself would kill it instead. */
    stop: async () => {
      const first = child.exitCode === null ? await findDescendant(child.pid, program) : undefined
      if (first) process.kill(first, 'SIGTERM')
      else child.kill('SIGTERM')
      return exited
    },
  }
}

/** @returns {Promise<number | undefined>} the process below `pid` that runs `program`. */
async function findDescendant(pid, program) {
  for (const child of await childrenOf(pid)) {
    const name = await readFile(`/proc/${child}/comm`, 'utf8').catch(() => '')
    const found = name.trim() === program ? Number(child) : await findDescendant(child, program)
    if (found) return found
  }
  return undefined
}

/** A child is listed under the thread that made it. */
async function childrenOf(pid) {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
  const lists = threads.map((thread) =>
    readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => ''),
  )
  return (await Promise.all(lists)).join(' ').split(' ').filter(Boolean)
}
