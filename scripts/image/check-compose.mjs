import assert from 'node:assert/strict'
import { run } from '../process/run.mjs'
import { PROJECT } from '../setup/project.mjs'

/** Has the file read by docker-compose, with every merge and variable resolved. */
export async function checkCompose() {
  const services = await compose('config', '--services')
  assert.deepEqual(services.trim().split('\n').sort(), ['api', 'proposal-worker', 'redis', 'trial-worker'])
  const resolved = await compose('config')
  const worker = /^ {2}trial-worker:\n((?: {4}.*\n|\n)*)/m.exec(resolved)?.[1] ?? ''
  assert.match(worker, /trial-worker\.js/)
  // Two containers cannot share a name or a port of the host.
  assert.doesNotMatch(worker, /container_name|^ {4}ports/m)
}

function compose(...args) {
  return run('docker-compose', ['--file', 'docker-compose.yml', ...args], { cwd: PROJECT })
}
