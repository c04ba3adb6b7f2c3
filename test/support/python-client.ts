import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { packagePath } from '../../src/package-path.ts'

type Python = ChildProcessByStdio<null, Readable, Readable>

/** Starts Python, with the client beside it. */
export function start(url: string, script: string, settings: NodeJS.ProcessEnv = {}): Python {
  const env = { ...process.env, HONE_URL: url, PYTHONDONTWRITEBYTECODE: '1', ...settings }
  const child = spawn('python3', ['-u', '-c', `import hone, os, time\n${script}`], {
    cwd: packagePath('clients', 'python'),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Resolves with what it has written once it is over. */
export async function ended(child: Python) {
  const code = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await code, stdout, stderr }
}

export function run(url: string, script: string, settings?: NodeJS.ProcessEnv) {
  return ended(start(url, script, settings))
}

/** Resolves with the words that it prints, one a line, as far as the first one of these. */
export async function printed(child: Python, word: string): Promise<string[]> {
  let all = ''
  for await (const part of child.stdout.iterator({ destroyOnReturn: false })) {
    all += part
    if (all.includes(`${word}\n`)) return all.trim().split('\n')
  }
  throw new Error(`Ended without ${word}: ${all}${await text(child.stderr)}`)
}
