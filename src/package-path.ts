import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

// The package's own `imports` map finds its root from src/ and from dist/src/ alike.
const root = dirname(createRequire(import.meta.url).resolve('#package/package.json'))

/** Absolute path of a file that ships with the package, such as `datasets/iris.csv`. */
export function packagePath(...segments: string[]): string {
  return join(root, ...segments)
}
