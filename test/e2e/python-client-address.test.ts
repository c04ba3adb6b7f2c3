import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { run } from '../support/python-client.ts'

const STUDY = JSON.stringify({ id: 'st_2222222222222222' })

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** What each of these raises, one a line. */
async function raised(
  url: string,
  calls: readonly string[],
  settings?: NodeJS.ProcessEnv,
): Promise<string[]> {
  const tries = calls.map((call) => `refused(lambda: ${call})`).join('\n')
  const { stdout, stderr } = await run(
    url,
    `
hone.FIRST_S = 0.5
def refused(call):
    try: print(call())
    except Exception as error: print(type(error).__name__, str(error))
${tries}`,
    settings,
  )
  expect(stderr).toBe('')
  return stdout.trim().split('\n')
}

describe('the Python client, of the address of a service', () => {
  it.each([301, 302, 303, 307, 308])('follows no redirect (%d), and names where it points', async (code) => {
    const asked: unknown[] = []
    const there = await serve((request, response) => {
      asked.push(request.headers.authorization)
      response.end()
    })
    const here = await serve((request, response) => {
      response.writeHead(code, { location: `${there}${request.url}` }).end()
    })

    const lines = await raised(here, ['hone.create_study({})', 'hone.open_study("st_1")'], {
      HONE_TOKEN: 'secret',
    })

    const message = `HoneError ${here} answers that it is at ${there}: set HONE_URL to that.`
    expect(lines).toEqual([message, message])
    expect(asked).toEqual([])
  })

  it('takes an address with what people add to it', async () => {
    const paths: (string | undefined)[] = []
    const url = await serve((request, response) => {
      paths.push(request.url)
      response.setHeader('content-type', 'application/json').end(STUDY)
    })

    const lines = await raised(url, [
      `hone.open_study("st_1", url="${url}/")`,
      `hone.open_study("st_1", url="${url}/v1")`,
      `hone.open_study("st_1", url=" ${url}/v1/\\n")`,
      `hone.open_study("a b/../ü")`,
    ])

    expect(lines).toEqual(Array(4).fill(`<Study st_2222222222222222 on ${url}>`))
    expect(paths).toEqual([...Array(3).fill('/v1/studies/st_1'), '/v1/studies/a%20b%2F..%2F%C3%BC'])
  })

  it('says at once what can be no address, and shows no token', async () => {
    const wrong = [
      '127.0.0.1:7400',
      'localhost:7400',
      'ftp://hone',
      'http://a b',
      'http://:1',
      'http://x:99999',
    ]
    const calls = wrong.map((url) => `hone.open_study("st_1", url="${url}")`)

    expect(await raised('', calls)).toEqual(
      wrong.map(
        (url) =>
          `HoneError '${url}' is no address of a service, which is like http://127.0.0.1:7400: see HONE_URL, or \`url\`.`,
      ),
    )
    expect(await raised('', ['hone.open_study("st_1", token="two\\nlines")'])).toEqual([
      'HoneError HONE_TOKEN, or `token`, has letters that no token has.',
    ])
  })

  it('sends the token without the newline of the file that it came from', async () => {
    const tokens: unknown[] = []
    const url = await serve((request, response) => {
      tokens.push(request.headers.authorization)
      response.setHeader('content-type', 'application/json').end(STUDY)
    })

    await raised(url, ['hone.open_study("st_1")'], { HONE_TOKEN: 'secret\n' })

    expect(tokens).toEqual(['Bearer secret'])
  })

  it('waits neither for TLS where there is none, nor for what is not Hone', async () => {
    const pages = await serve((request, response) => {
      const status = request.url?.endsWith('st_1') ? 200 : 403
      response.writeHead(status, { 'content-type': 'text/html' }).end('<html>')
    })

    const [tls, page, forbidden] = await raised(pages, [
      `hone.open_study("st_1", url="${pages.replace('http', 'https')}")`,
      'hone.open_study("st_1")',
      'hone.open_study("st_2")',
    ])

    expect(tls).toMatch(/^HoneError No TLS with https:.*WRONG_VERSION_NUMBER/)
    expect(page).toBe(`HoneError What answers at ${pages} is not Hone: it sends a page of HTML.`)
    expect(forbidden).toBe(`HoneError 403 Forbidden from ${pages}, not in the words of Hone`)
  })

  it('goes to this machine by no proxy, and names the one that it goes by elsewhere', async () => {
    const asked: (string | undefined)[] = []
    const proxy = await serve((request, response) => {
      asked.push(request.url)
      response.writeHead(502).end()
    })
    const settings = { http_proxy: proxy.replace('//', '//me:secret@'), no_proxy: '' }
    const url = await serve((_, response) => {
      response.setHeader('content-type', 'application/json').end(STUDY)
    })

    const lines = await raised(
      url,
      ['hone.open_study("st_1")', 'hone.open_study("st_1", url="http://hone.example:7400")'],
      settings,
    )

    expect(lines[0]).toBe(`<Study st_2222222222222222 on ${url}>`)
    expect(lines[1]).toContain(
      `No answer from http://hone.example:7400, by the proxy ${proxy.slice(7)} of the environment: 502`,
    )
    expect(lines[1]).not.toContain('secret')
    expect(new Set(asked)).toEqual(new Set(['http://hone.example:7400/v1/studies/st_1']))
  })
})
