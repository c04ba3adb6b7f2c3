import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { packagePath } from '../../src/package-path.ts'
import { launchService, temporaryFolder } from '../support/launched.ts'

const readme = readFileSync(packagePath('README.md'), 'utf8')
const ADDRESS = 'http://127.0.0.1:7400'

describe('the README', () => {
  it('has five requests that all work when typed in', async () => {
    const script = /^## The API in five requests\s+```sh\n([\s\S]*?)```/m.exec(readme)![1]!
    const { url } = await launchService(temporaryFolder())
    const commands = `set -e\n${script.replaceAll(ADDRESS, url).replaceAll('curl -s ', 'curl -sS -w "\\n" ')}`

    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', commands])

    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(stderr).toBe('')
    // The first answer is read by the script itself.
    expect(answers).toHaveLength(9)
    for (const answer of answers) expect(answer).not.toHaveProperty('status')
    expect(answers.at(-1).state).toMatch(/stopping|completed/)
  })

  it('has a tuning job in Python that works, and finds what it looks for', async () => {
    const script = /```python\n([\s\S]*?)```/.exec(readme)![1]!
    const download = /^curl -sO .*hone\.py$/m.exec(readme)![0]
    const folder = temporaryFolder()
    const { url } = await launchService(temporaryFolder())
    const options = { cwd: folder, env: { ...process.env, HONE_URL: url } }

    await promisify(execFile)('bash', ['-c', download.replaceAll(ADDRESS, url)], options)
    const { stdout } = await promisify(execFile)('python3', ['-c', script], options)

    const x = Number(/^\{'x': (\S+)\}$/.exec(stdout.trim().split('\n').at(-1)!)![1])
    expect(Math.abs(x - 1)).toBeLessThan(0.3)
  })

  it('shows the answer to a mistake as it is', async () => {
    const shown = JSON.parse(/^A mistake gets[\s\S]*?```json\n([\s\S]*?)```/m.exec(readme)![1]!)
    const { url } = await launchService(temporaryFolder())
    const parameters = [{ name: 'x0', type: 'float', min: 0, max: 1, scale: 'log' }]

    const answer = await fetch(`${url}/v1/studies`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ trainer: { kind: 'function', name: 'sphere' }, searchSpace: { parameters } }),
    })

    expect(await answer.json()).toEqual({ ...shown, requestId: expect.stringMatching(/^req_/) })
  })
})
