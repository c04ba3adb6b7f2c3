import type { HTTPMethods } from 'fastify'
import { HoneError } from '../domain/errors.ts'
import type { App } from './app-type.ts'

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Notes the routes that are added from here on. @returns a function that adds, to each of their paths, a 405 with
 * `Allow` for every method that the path does not have.
 */
export function refuseOtherMethods(app: App): () => void {
  const methods = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const known = methods.get(url) ?? new Set()
    methods.set(url, known)
    for (const one of [method].flat()) known.add(one)
  })
  return () => {
    for (const [url, known] of methods) refuse(app, url, [...known])
  }
}

function refuse(app: App, url: string, known: readonly string[]): void {
  const allow = known.join(', ')
  const refuseMethod = () => {
    throw new HoneError('method-not-allowed', `This path answers ${allow} only.`)
  }
  app.route({
    url,
    method: METHODS.filter((method) => !known.includes(method)),
    schema: { hide: true },
    // Before the body is looked at: whatever it is, the method is wrong.
    onRequest: async (_request, reply) => {
      reply.header('allow', allow)
      refuseMethod()
    },
    handler: refuseMethod,
  })
}
