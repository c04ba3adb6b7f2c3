import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { packagePath } from '../../../src/package-path.ts'

const table = readFileSync(packagePath('openapi', 'contract.md'), 'utf8')
const rows = [...table.matchAll(/^\| (.+?) \| (.+?) \|$/gm)]
  .map(([, promise, test]) => ({ promise: promise!, test: test! }))
  .filter(({ promise, test }) => promise !== 'promise' && test !== 'not yet')

/** Whether a file has a test or group of this name. */
function has(file: string, name: string): boolean {
  const text = readFileSync(packagePath(file), 'utf8')
  return ["'", '`', '"'].some((quote) => text.includes(`${quote}${name}${quote}`))
}

describe('openapi/contract.md', () => {
  it.each(rows)('names a test of $promise that is there', ({ test }) => {
    const [, file, name] = /^`([^`]+)`(?: › (.+))?$/.exec(test) ?? []

    expect(existsSync(packagePath(file!))).toBe(true)
    if (name) expect(has(file!, name)).toBe(true)
  })

  it('finds no test that is not there', () => {
    expect(has('test/unit/http/contract.test.ts', 'no such test'.repeat(2))).toBe(false)
    expect(rows.length).toBeGreaterThan(30)
  })
})
