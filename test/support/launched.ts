import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { packagePath } from '../../src/package-path.ts'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Launched {
  readonly pid: number
  /** Resolves with what it has written to both outputs, as soon as that matches. */
  until(pattern: RegExp): Promise<string>
  readonly ended: Promise<Ended>
}

/** A folder for one test's data, deleted afterwards. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hone-launched-'))
  // What a killed launcher had started ends a moment after it, and may write until then: rmSync has given up on that.
  onTestFinished(async () => {
    while (processesOn(folder).length > 0) await delay(20)
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  })
  return folder
}

/** Runs `npm run quickstart` or `npm start` less the set-up, on a data directory and a free port of its own. */
export function launch(entry: 'quickstart' | 'start', dataDir: string, ...args: string[]): Launched {
  return launchOn(entry, dataDir, '0', args)
}

function launchOn(entry: string, dataDir: string, port: string, args: readonly string[]): Launched {
  const child = spawn(process.execPath, [packagePath(`dist/src/${entry}.js`), ...args], {
    env: { ...process.env, HONE_DATA_DIR: dataDir, HONE_PORT: port, REDIS_URL: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
  const until = async (pattern: RegExp) => {
    while (!pattern.test(stdout + stderr)) {
      if (child.exitCode !== null) throw new Error(`Ended without ${pattern}: ${stdout}${stderr}`)
      await delay(20)
    }
    return stdout + stderr
  }
  return { pid: child.pid!, until, ended }
}

/** Starts the service on a data directory, on a free port or that one, and waits until it is up. */
export async function launchService(dataDir: string, port = '0'): Promise<Launched & { url: string }> {
  const service = launchOn('start', dataDir, port, [])
  const output = await service.until(/Ctrl-C stops it/)
  return { ...service, url: /Hone is up on (\S+)/.exec(output)![1]! }
}

/** Every process whose data directory this is, however it was started. */
export function processesOn(dataDir: string): string[] {
  return (
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => readProc(pid, 'environ').split('\0').includes(`HONE_DATA_DIR=${dataDir}`))
      .map((pid) => readProc(pid, 'cmdline').replaceAll('\0', ' ').trim())
      // A process that is gone but not yet waited for has no command line.
      .filter((command) => command !== '')
  )
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
