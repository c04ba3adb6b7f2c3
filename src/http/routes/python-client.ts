import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { packagePath } from '../../package-path.ts'
import type { App } from '../app-type.ts'
import { problems } from '../schemas/problem.ts'

// What a Host header may say and a line of Python may have in it.
const HOST = /^(?:[\w.-]{1,253}|\[[\da-f:]{2,45}\])(?::\d{1,5})?$/i

/** The client for Python, so that every service has the one that fits it, and that knows where it came from. */
export function pythonClientRoute(app: App): void {
  const source = readFileSync(packagePath('clients', 'python', 'hone.py'), 'utf8')
  const schema = {
    operationId: 'getPythonClient',
    summary: 'The client for training jobs in Python: one file, to lie beside yours',
    tags: ['service'],
    response: {
      200: { description: 'OK', content: { 'text/x-python': { schema: z.string() } } },
      ...problems(),
    },
  }
  app.get('/hone.py', { schema }, async ({ protocol, host }, reply) =>
    reply
      .type('text/x-python; charset=utf-8')
      .send(HOST.test(host) ? source.replace(/^URL = .*$/m, `URL = "${protocol}://${host}"`) : source),
  )
}
