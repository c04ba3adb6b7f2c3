import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { packagePath } from '../../../../src/package-path.ts'

// A doubled id is accepted silently: the later schema takes the earlier one's place all over the document.
it('gives no two schemas the same id', () => {
  const folder = packagePath('src', 'http')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  const ids = files.flatMap((file) => {
    const matches = readFileSync(join(folder, file), 'utf8').matchAll(/\.meta\(\{\s*id: '(\w+)'/g)
    return [...matches].map(([, id]) => id)
  })

  expect(ids.length).toBeGreaterThan(20)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})
