import type { ServiceDeps } from '../../services/deps.ts'
import { buildApp } from '../app.ts'

/** The OpenAPI document of the routes as they are in the code: the text of openapi/openapi.json. */
export async function renderOpenapi(): Promise<string> {
  // Describing the routes calls none of them.
  const app = await buildApp({} as ServiceDeps)
  await app.ready()
  const text = `${JSON.stringify(app.swagger(), null, 2)}\n`
  await app.close()
  return text
}
