import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { buildApp } from '../../../src/http/app.ts'
import { packagePath } from '../../../src/package-path.ts'
import type { ServiceDeps } from '../../../src/services/deps.ts'

// Neither the page nor its files ask the services for anything.
const app = await buildApp({} as ServiceDeps)
afterAll(() => app.close())

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

describe('the dashboard', () => {
  it('is what browsers get, and nothing in it is inline or from elsewhere', async () => {
    const { headers, body } = await app.inject({ url: '/', headers: browser })

    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    )
    expect(headers['content-security-policy']).not.toContain('unsafe')
    expect(body).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/)
    expect(body).not.toMatch(/https?:/)
  })

  it('has every file that its page names', async () => {
    const page = readFileSync(packagePath('dashboard', 'index.html'), 'utf8')
    const files = [...page.matchAll(/(?:src|href)="(\/dashboard\/[^"]+)"/g)].map(([, path]) => path!)

    expect(files).toHaveLength(3)
    for (const url of files) {
      const { statusCode, headers } = await app.inject(url)
      expect(statusCode).toBe(200)
      const again = await app.inject({ url, headers: { 'if-none-match': String(headers.etag) } })
      expect(again.statusCode).toBe(304)
    }
    expect((await app.inject('/dashboard/package.json')).statusCode).toBe(404)
  })

  it('gives way to JSON for programs', async () => {
    const { body, headers } = await app.inject({ url: '/', headers: { accept: '*/*' } })

    expect(JSON.parse(body)).toMatchObject({ name: 'hone', links: { studies: '/v1/studies' } })
    expect(headers.vary).toContain('accept')
  })
})
