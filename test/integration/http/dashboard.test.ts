import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthenticator, createToken } from '../../../src/services/tokens.ts'
import { withApp } from '../../support/app.ts'

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = PATHS.find(existsSync)
if (!executablePath) console.warn('There is no Chromium here: the dashboard is not tried out in a browser.')

const app = withApp()
const guarded = withApp((tokens) => ({ access: { authenticate: createAuthenticator(tokens, undefined) } }))

describe.skipIf(!executablePath)('the dashboard in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']
    browser = await chromium.launch({ executablePath: executablePath!, args })
  })
  afterAll(() => browser?.close())

  /** A page, and what went wrong in it. */
  async function open(url: string): Promise<{ page: Page; errors: string[] }> {
    const page = await browser.newPage()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      // An explanation that is not there yet is told by its status.
      if (message.type() === 'error' && !/40[49]/.test(message.text())) errors.push(message.text())
    })
    await page.goto(url)
    return { page, errors }
  }

  it('creates a study, shows it live, filters its trials and opens one', async () => {
    const { page, errors } = await open(app().url)
    await page.click('text=New study')
    const study = {
      name: 'seen',
      trainer: { kind: 'external' },
      searchSpace: { parameters: [{ name: 'x', type: 'float', min: 0, max: 1 }] },
      metrics: [{ name: 'loss', goal: 'minimize', scale: 'log' }],
    }
    await page.fill('textarea', JSON.stringify(study))
    await page.click('text=Create and start')
    await page.waitForSelector('h1:has-text("seen")')
    await page.waitForSelector('text=0 of 0')

    const [{ id }] = (await app().http.get('/v1/studies')).body.items
    await page.waitForSelector(`pre:has-text('study = hone.open_study("${id}", url="${app().url}")')`)
    for (const x of [0.1, 0.5, 0.9]) {
      await app()
        .http.post(`/v1/studies/${id}/trials`)
        .send({ params: { x }, metrics: { loss: x }, attributes: { log: `https://logs.example/${x}` } })
    }
    await page.waitForSelector('text=3 of 3')
    expect(await page.locator('text=Nobody trains yet').count()).toBe(0)
    await page.waitForSelector('canvas[aria-label="loss of 3 trials; the best so far, 0.1, is trial 0."]')
    // Lines through a single axis would be nothing to see.
    expect(await page.locator('text=All parameters').count()).toBe(0)
    // A page that nobody sees follows nothing, and has all of it when it is seen again.
    const turn = (hidden: boolean) =>
      page.evaluate(
        `Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))`,
      )
    await turn(true)
    await app()
      .http.post(`/v1/studies/${id}/trials`)
      .send({ params: { x: 0.2 }, metrics: { loss: 0.2 } })
    await page.waitForTimeout(1000)
    expect(await page.locator('text=3 of 3').count()).toBe(1)
    await turn(false)
    await page.waitForSelector('text=4 of 4')
    await page.fill('[aria-label="Filter trials"]', 'x>0.4')
    await page.waitForSelector('text=2 of 4')
    await page.click('table.trials a:text-is("2")')
    await page.waitForSelector('h1:has-text("Trial 2")')
    await page.waitForSelector('section[aria-label="Attributes"] a[href="https://logs.example/0.9"]')
    await page.goBack()
    // The filter is in the address.
    await page.waitForSelector('text=2 of 4')
    expect(await page.inputValue('[aria-label="Filter trials"]')).toBe('x>0.4')
    await page.click('text=stop')
    await page.waitForSelector('.badge.completed')
    await page.click('text=copy')
    await page.waitForSelector('textarea')
    expect(await page.inputValue('textarea')).toContain('"name": "seen copy"')
    await page.click('text=Create the copy')
    await page.waitForSelector('h1:has-text("seen copy")')
    await page.waitForSelector('text=4 of 4')
    expect(errors).toEqual([])
  })

  it('names the trial to use where the best result may have been luck', async () => {
    const { body: study } = await app()
      .http.post('/v1/studies')
      .send({
        trainer: { kind: 'external' },
        searchSpace: { parameters: [{ name: 'x', type: 'float', min: 0, max: 1 }] },
        metrics: [{ name: 'loss', goal: 'minimize', noisy: true }],
      })
    for (const [x, loss] of [
      [0.2, 0.3],
      [0.2, 0.34],
      [0.2, 0.32],
      [0.5, 0.9],
      [0.9, 1.4],
    ]) {
      await app().http.post(`/v1/studies/${study.id}/trials`).send({ params: { x }, metrics: { loss } })
    }
    const { page, errors } = await open(`${app().url}/#/studies/${study.id}`)
    await page.waitForSelector('text=Recommended: trial 0, mean loss 0.32 of 3 runs of its values')
    expect(errors).toEqual([])
  })

  async function createStudy(name: string): Promise<string> {
    const { body } = await app()
      .http.post('/v1/studies')
      .send({
        name,
        trainer: { kind: 'external' },
        searchSpace: { parameters: [{ name: 'x', type: 'float', min: 0, max: 1 }] },
        metrics: [{ name: 'loss', goal: 'minimize' }],
      })
    return body.id
  }
  const tell = (id: string, x: number) =>
    app()
      .http.post(`/v1/studies/${id}/trials`)
      .send({ params: { x }, metrics: { loss: x } })

  it('says that the service does not answer, and goes on by itself when it does', async () => {
    const id = await createStudy('away')
    const page = await browser.newPage()
    await page.goto(app().url)
    await page.route('**/v1/**', (route) => route.abort())
    await page.goto(`${app().url}/#/studies/${id}`)
    await page.waitForSelector('text=The service does not answer. Trying again.')
    await page.unroute('**/v1/**')
    await page.waitForSelector('h1:has-text("away")')
    expect(await page.locator('.problem').count()).toBe(0)
  })

  it('ends with what the service says last, though an answer was late and another one lost', async () => {
    const id = await createStudy('late')
    const { page } = await open(`${app().url}/#/studies/${id}`)
    await page.waitForSelector('text=0 of 0')
    let asked = 0
    await page.route(`**/v1/studies/${id}`, async (route) => {
      asked += 1
      if (asked === 2) return route.abort()
      const response = await route.fetch()
      if (asked === 1) await page.waitForTimeout(1500)
      return route.fulfill({ response })
    })
    await tell(id, 0.3)
    await page.waitForSelector('text=1 of 1')
    await tell(id, 0.2)
    await app().http.post(`/v1/studies/${id}:stop`)
    await page.waitForSelector('.head .badge.completed')
    await page.waitForSelector('.head:has-text("2 completed")')
  })

  it('says that a study is gone which somebody has deleted', async () => {
    const id = await createStudy('short')
    const { page } = await open(`${app().url}/#/studies/${id}`)
    await page.waitForSelector('text=0 of 0')
    await app().http.delete(`/v1/studies/${id}`)
    await page.waitForSelector('text=short is gone: somebody has deleted it.')
  })

  it('keeps the focus where it was, and names each page', async () => {
    const id = await createStudy('keys')
    await tell(id, 0.3)
    await tell(id, 0.2)
    const { page, errors } = await open(`${app().url}/#/studies/${id}`)
    await page.waitForSelector('text=2 of 2')
    const focused = () => page.evaluate<string>('document.activeElement.textContent')
    await page.focus('text=pause')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.actions button:text-is("resume")')
    expect(await focused()).toBe('resume')
    expect(await page.title()).toBe('keys · Hone')
    await page.click('table.trials a:text-is("0")')
    await page.focus('text=next')
    await page.keyboard.press('Enter')
    await page.waitForSelector('h1:has-text("Trial 1")')
    expect(await page.title()).toBe('Trial 1 · Hone')
    expect(await page.locator('text=next').count()).toBe(0)
    expect(errors).toEqual([])
  })

  it('compares studies chosen from the list', async () => {
    const results = { first: [0.9, 0.4, 0.6], second: [0.7, 0.8, 0.2] }
    for (const [name, losses] of Object.entries(results)) {
      const { body: study } = await app()
        .http.post('/v1/studies')
        .send({
          name,
          trainer: { kind: 'external' },
          searchSpace: { parameters: [{ name: `${name}Rate`, type: 'float', min: 0, max: 1 }] },
          metrics: [{ name: 'loss', goal: 'minimize' }],
        })
      for (const loss of losses) {
        await app()
          .http.post(`/v1/studies/${study.id}/trials`)
          .send({ params: { [`${name}Rate`]: loss }, metrics: { loss } })
      }
    }
    const { page, errors } = await open(app().url)
    await page.check('[aria-label="Compare first"]')
    expect(await page.locator('text=Compare 1').count()).toBe(0)
    await page.check('[aria-label="Compare second"]')
    await page.click('text=Compare 2')
    await page.waitForSelector(
      'canvas[aria-label="loss, the best so far of 2 studies by trial: first 0.4, second 0.2."]',
    )
    const cells = await page
      .locator('table.trials tr', { hasText: 'second' })
      .last()
      .locator('td')
      .allInnerTexts()
    expect(cells.map((text) => text.trim())).toEqual(['second', 'running', '3', '2', '0.2', '–', '0.2'])
    expect(errors).toEqual([])
  })

  it('asks for a token where one is needed, and keeps it for the tab', async () => {
    const { text } = await createToken(guarded().tokens, { name: 'test', scopes: ['write'] })
    const { page } = await open(guarded().url)
    await page.fill('input[type=password]', text)
    await page.click('text=Go on')
    await page.waitForSelector('text=Nothing here yet.')
    await page.reload()
    await page.waitForSelector('text=Nothing here yet.')
    expect(await page.evaluate('Object.keys(localStorage)')).toEqual([])
  })
})
