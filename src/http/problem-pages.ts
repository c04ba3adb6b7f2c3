import { readFileSync } from 'node:fs'
import { packagePath } from '../package-path.ts'

/** Error code -> its page: the section of openapi/problems.md under the heading of that name. */
export function readProblemPages(): ReadonlyMap<string, string> {
  const text = readFileSync(packagePath('openapi', 'problems.md'), 'utf8')
  const sections = text.split(/^(?=## )/m).slice(1)
  return new Map(sections.map((section) => [section.slice(3, section.indexOf('\n')).trim(), section]))
}
