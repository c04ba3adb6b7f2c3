import { spawn } from 'node:child_process'

const SHOWN_LINES = 25

/**
 * Runs a command to its end, quietly.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<string>} what it wrote to stdout.
 * @throws Error with the end of its output when it cannot be started or fails.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let output = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(stdout)
      const end = output.trim().split('\n').slice(-SHOWN_LINES).join('\n')
      reject(
        new Error(`${[command, ...args].join(' ')} ended with ${signal ?? `exit code ${code}`}:\n${end}`),
      )
    })
  })
}
