import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createContainer, imageConfig } from './container.mjs'

const TRIALS = 6
const STUDY = {
  name: 'image',
  seed: 1,
  trainer: { kind: 'mlp', dataset: 'iris' },
  limits: { trials: TRIALS, parallel: 2 },
}

/**
 * Starts a Redis on this machine and the API and both workers from the image, each in a container of its own, and
 * tests what they promise.
 *
 * @param {(promise: string, work: () => Promise<unknown>) => Promise<void>} test
 */
export async function checkImage(test) {
  const redis = await startRedis()
  const port = String(await freePort())
  // Here tini is not process 1 as under a container engine, so it has to ask for orphans.
  const environment = {
    REDIS_URL: redis.url,
    HONE_HOST: '0.0.0.0',
    HONE_PORT: port,
    TINI_SUBREAPER: '1',
  }
  const containers = await Promise.all(Array.from({ length: 3 }, () => createContainer(environment)))
  const [api] = containers
  const { Entrypoint, Cmd, Healthcheck } = await imageConfig()
  const commands = [Cmd, ['dist/workers/proposal-worker.js'], ['dist/workers/trial-worker.js']]
  const processes = containers.map((container, i) => container.start(Entrypoint, commands[i]))
  try {
    await test('the image runs as an ordinary user', async () =>
      assert.notEqual(await api.run('id', '-u'), '0'))
    await test('the API becomes healthy by its own health check', () =>
      eventually(() => api.run(...Healthcheck.Test.slice(1))))
    await test('it lets nobody in without a token', async () => {
      assert.equal((await fetch(`http://127.0.0.1:${port}/v1/studies`)).status, 401)
    })
    await test(`a study of ${TRIALS} trials runs through API, proposal worker and trial worker`, () =>
      runStudy(`http://127.0.0.1:${port}`, api).catch((error) => {
        throw new Error(processes.map((process) => process.log()).join('\n'), { cause: error })
      }))
    await test('every process ends by itself on SIGTERM', async () => {
      assert.deepEqual(await Promise.all(processes.map((process) => process.stop())), [0, 0, 0])
    })
  } finally {
    await Promise.all(processes.map((process) => process.stop()))
    await Promise.all(containers.map((container) => container.remove()))
    await redis.stop()
  }
}

async function runStudy(url, api) {
  const token = await api.run('node', 'dist/src/token.js', 'create', '--scope', 'write')
  const headers = { authorization: `Bearer ${token.trim()}` }
  const created = await ask(`${url}/v1/studies`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(STUDY),
  })
  const study = await eventually(async () => {
    const latest = await ask(`${url}/v1/studies/${created.id}`, { headers })
    assert.ok(latest.test, `not tested yet: ${JSON.stringify(latest)}`)
    return latest
  })
  assert.equal(study.state, 'completed')
  assert.ok(study.test.metrics, 'the winner was tested')
  const { items } = await ask(`${url}/v1/studies/${created.id}/trials?state=completed`, { headers })
  assert.deepEqual(
    items.map((trial) => trial.number),
    Array.from({ length: TRIALS }, (_, number) => number),
  )
}

async function ask(url, options) {
  const answer = await fetch(url, options)
  const body = await answer.json()
  assert.ok(answer.ok, `${answer.status} ${JSON.stringify(body)}`)
  return body
}

const PATIENCE_MS = 60_000

/** Tries until it succeeds; gives the last failure when it never does. */
async function eventually(work) {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await delay(250)
    }
  }
}

async function startRedis() {
  const folder = await mkdtemp(join(tmpdir(), 'hone-image-'))
  const port = await freePort()
  const options = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
  ]
  const child = spawn('redis-server', options, { stdio: 'ignore' })
  const stop = async () => {
    const exited = once(child, 'exit')
    child.kill()
    await exited
    await rm(folder, { recursive: true, force: true })
  }
  return { url: `redis://127.0.0.1:${port}`, stop }
}

/** @returns {Promise<number>} a TCP port that was free just now. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
