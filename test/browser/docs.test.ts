import { join } from 'node:path'
import type { Browser, Page, Request } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findFreePort } from '../../scripts/start/port.ts'
import { type Clone, makeClone } from '../e2e/support/clone.ts'
import { type Started, npmStart } from '../e2e/support/npm-start.ts'
import { launchChromium } from './support/chromium.ts'

let clone: Clone
let started: Started
let browser: Browser
let origin = ''

beforeAll(async () => {
  clone = await makeClone()
  const port = await findFreePort()
  origin = `http://127.0.0.1:${port}`
  const state = join(clone.path, 'state')
  started = await npmStart(clone.path, ['--port', String(port), '--persist-to', state])
  browser = await launchChromium()
})

afterAll(async () => {
  await browser.close()
  await started.stop()
  await clone.remove()
})

let page: Page
let complaints: string[]
let strangers: string[]

beforeEach(async () => {
  complaints = []
  strangers = []
  page = await browser.newPage({ colorScheme: 'light' })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('request', (request) => {
    const { protocol, origin: from } = new URL(request.url())
    if (protocol !== 'data:' && from !== origin) strangers.push(request.url())
  })
})

afterEach(() => page.close())

const listPosts = '#operations-blog-listPosts'
const me = '#operations-auth-me'

const filter = '.operation-filter-input'

const load = async (query = ''): Promise<void> => {
  await page.goto(`${origin}/docs${query}`)
  await page.locator(filter).waitFor()
}

const open = async (query = ''): Promise<void> => {
  await load(query)
  await show('blog')
  await page.locator(listPosts).waitFor()
}

/** Swagger UI draws only what is near the window: the filter brings the operations of a tag there. */
const show = (tag: string): Promise<void> => page.locator(filter).fill(tag)

const unfold = (operation: string): Promise<void> =>
  page.locator(`${operation} .opblock-summary-control`).click()

/** Presses Execute in an unfolded operation and answers the request that it sends. */
const execute = async (operation: string): Promise<Request> => {
  const [request] = await Promise.all([
    page.waitForRequest(/\/api\/v1\//),
    page.locator(operation).getByRole('button', { name: 'Execute' }).click(),
  ])
  await page.locator(operation).getByText('Response headers').first().waitFor()
  return request
}

const statusOf = async (request: Request): Promise<number | undefined> =>
  (await request.response())?.status()

const authorize = async (token: string): Promise<void> => {
  await page.getByRole('button', { name: 'Authorize' }).first().click()
  const form = page.locator('form', { hasText: 'bearer (http, Bearer)' })
  await form.getByLabel('auth-bearer-value').fill(token)
  await form.getByLabel('Apply credentials').click()
  await form.getByRole('button', { name: 'Close' }).click()
}

const logIn = async (): Promise<string> => {
  const [, email, password] = /^ +demo +admin +(\S+) +(\S+)$/m.exec(started.output) ?? []
  const response = await fetch(`${origin}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Tenant-ID': 'demo' },
    body: JSON.stringify({ email, password }),
  })
  const answer: { accessToken: string } = await response.json()
  return answer.accessToken
}

describe('the API reference in a browser', () => {
  it('shows the operations without a complaint and from this origin only', async () => {
    await open()
    expect(complaints).toEqual([])
    expect(strangers).toEqual([])
  })

  it('reads the posts of the tenant in the address', async () => {
    await open('?tenant=demo')
    await unfold(listPosts)
    const request = await execute(listPosts)
    expect(request.headers()['x-tenant-id']).toBe('demo')
    expect(await statusOf(request)).toBe(200)
    const answer: { items: unknown[] } = await (await request.response())?.json()
    expect(answer.items.length).toBeGreaterThan(0)
    expect(complaints).toEqual([])
  })

  it('sends the tenant that is typed, and none when the field is empty', async () => {
    await open()
    const field = page.locator('#tenant')
    await unfold(listPosts)
    await field.fill('acme')
    expect((await execute(listPosts)).headers()['x-tenant-id']).toBe('acme')
    await field.fill('')
    expect((await execute(listPosts)).headers()).not.toHaveProperty('x-tenant-id')
  })

  it('signs in with a token, and keeps none when the page is left', async () => {
    await open('?tenant=demo')
    await show('auth')
    await unfold(me)
    expect(await statusOf(await execute(me))).toBe(401)
    const token = await logIn()
    await authorize(token)
    expect(await statusOf(await execute(me))).toBe(200)
    const kept = await page.evaluate(
      'JSON.stringify([localStorage, sessionStorage, document.cookie])',
    )
    expect(kept).not.toContain(token)
    await open()
    await show('auth')
    await unfold(me)
    expect((await execute(me)).headers()).not.toHaveProperty('authorization')
  })

  it('follows the colours of the system', async () => {
    await open()
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const light = await background()
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await background()).not.toBe(light)
    expect(await page.locator('html.dark-mode').count()).toBe(1)
  })

  it('has a language, a title, one top heading and one main landmark', async () => {
    await open()
    expect(await page.title()).toBe('RusToK Edge API reference')
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    expect(await page.getByRole('main').count()).toBe(1)
    expect(await page.locator('h1').count()).toBe(1)
  })

  it('lets the keyboard skip to the operations', async () => {
    await load()
    await page.keyboard.press('Tab')
    await page.locator('a:focus', { hasText: 'Skip to the operations' }).waitFor()
    await page.keyboard.press('Enter')
    expect(await page.locator('#reference:focus').count()).toBe(1)
  })
})
