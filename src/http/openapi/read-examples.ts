import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { packagePath } from '../../package-path.ts'

/** A request body that works, as a file in openapi/examples. */
export interface Example {
  /** File name without its ending. */
  readonly name: string
  readonly summary: string
  /** Schema the value is one of: `StudyRequest`, `TrialRequest`. */
  readonly schema: string
  readonly value: unknown
}

export function readExamples(): readonly Example[] {
  const folder = packagePath('openapi', 'examples')
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  return files.sort().map((file) => {
    const name = basename(file, '.json')
    const value: unknown = JSON.parse(readFileSync(packagePath('openapi', 'examples', file), 'utf8'))
    const schema = name.startsWith('trial-') ? 'TrialRequest' : 'StudyRequest'
    return { name, summary: name.replaceAll('-', ' '), schema, value }
  })
}
