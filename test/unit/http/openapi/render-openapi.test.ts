import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { renderOpenapi } from '../../../../src/http/openapi/render-openapi.ts'
import { packagePath } from '../../../../src/package-path.ts'

const committed = readFileSync(packagePath('openapi', 'openapi.json'), 'utf8')
const document = JSON.parse(committed)

/** Every object in a JSON value, with the path to it. */
function nodes(value: unknown, path = ''): { path: string; node: Record<string, unknown> }[] {
  if (typeof value !== 'object' || value === null) return []
  const children = Object.entries(value).flatMap(([key, child]) => nodes(child, `${path}/${key}`))
  return Array.isArray(value) ? children : [{ path, node: value as Record<string, unknown> }, ...children]
}

const all = nodes(document)

describe('openapi/openapi.json', () => {
  it('is what the routes say: after a change, run `npm run openapi`', async () => {
    expect(await renderOpenapi()).toBe(committed)
  })

  it('points at nothing that is not there, and holds nothing that is not pointed at', () => {
    const refs = all.flatMap(({ node }) =>
      typeof node.$ref === 'string' ? [node.$ref.slice('#/components/schemas/'.length)] : [],
    )

    expect([...new Set(refs)].toSorted()).toEqual(Object.keys(document.components.schemas).toSorted())
  })

  it('tells the alternatives of a oneOf apart by a discriminator, where all of them have it', () => {
    const choices = all.filter(({ node }) => 'oneOf' in node)

    // An objective may leave its role out, so that `role` is no discriminator of metrics.
    const [metric, ...others] = choices
    expect(metric?.path).toBe('/components/schemas/Metric')
    expect(others.map(({ path }) => path)).toEqual([
      '/components/schemas/Parameter',
      '/components/schemas/Pruner',
      '/components/schemas/Sampler',
      '/components/schemas/Stopping',
      '/components/schemas/StudyEvent',
      '/components/schemas/TellRequest',
      '/components/schemas/Trainer',
    ])
    for (const { node } of others) expect(node).toHaveProperty('discriminator.mapping')
  })

  it('lets answers have fields that a client does not know, and requests not', () => {
    const { schemas } = document.components

    for (const name of ['Study', 'Trial', 'Problem', 'StudyPage']) {
      expect(schemas[name]).not.toHaveProperty('additionalProperties')
    }
    for (const name of ['StudyRequest', 'TrialRequest', 'MlpSettings']) {
      expect(schemas[name].additionalProperties).toBe(false)
    }
  })

  it('describes every error as problem+json', () => {
    const responses = all.flatMap(({ node }) =>
      Object.entries((node.responses ?? {}) as Record<string, unknown>),
    )
    const errors = responses.filter(([status]) => Number(status) >= 400)

    expect(errors.length).toBeGreaterThan(0)
    for (const [, response] of errors) {
      expect(response).toHaveProperty(['content', 'application/problem+json', 'schema', '$ref'])
    }
  })

  it('shows every file of openapi/examples at one request', () => {
    const shown = all.flatMap(({ node }) =>
      node.requestBody ? Object.keys(examplesOf(node.requestBody)) : [],
    )

    const files = readdirSync(packagePath('openapi', 'examples')).map((file) => file.replace('.json', ''))
    expect(shown.toSorted()).toEqual(files.toSorted())
  })
})

function examplesOf(requestBody: unknown): Record<string, unknown> {
  const { content } = requestBody as {
    content: { 'application/json'?: { examples: Record<string, unknown> } }
  }
  return content['application/json']?.examples ?? {}
}
