import { readFile } from 'node:fs/promises'
import { type IncomingHttpHeaders, createServer } from 'node:http'
import { extname } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { inRoot } from '../../scripts/support/paths.ts'
import { page as pageOf } from '../../src/app/http/page.ts'
import { docsPage } from '../../src/app/pages/docs.ts'
import { launchChromium } from './support/chromium.ts'

const document = {
  openapi: '3.1.0',
  info: { title: 'Example', version: '1' },
  components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  security: [{ bearer: [] }],
  paths: {
    '/api/v1/blog/posts': {
      get: {
        operationId: 'listPosts',
        summary: 'List posts',
        responses: { 200: { description: 'OK' } },
      },
    },
  },
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
}

let heard: IncomingHttpHeaders | undefined

/** Serves the page, its assets and the document as the Worker does. */
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const send = (type: string, body: string | Buffer): void => {
    response.writeHead(200, { 'content-type': type }).end(body)
  }
  if (pathname === '/docs') {
    const html = docsPage()
    response.writeHead(200, Object.fromEntries(pageOf(html).headers)).end(html)
  }
  else if (pathname === '/openapi.json') send('application/json', JSON.stringify(document))
  else if (pathname.startsWith('/api/')) {
    heard = request.headers
    send('application/json', '{"items":[]}')
  } else {
    readFile(inRoot('dist', pathname)).then(
      (file) => send(types[extname(pathname)] ?? '', file),
      () => response.writeHead(404).end(),
    )
  }
})

let browser: Browser
let origin = ''
let page: Page
let complaints: string[]
let strangers: string[]

beforeAll(async () => {
  browser = await launchChromium()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  origin = `http://127.0.0.1:${address.port}`
})

afterAll(async () => {
  await browser.close()
  server.close()
})

beforeEach(async () => {
  heard = undefined
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

const open = async (query = ''): Promise<void> => {
  await page.goto(`${origin}/docs${query}`)
  await page.getByText('List posts').waitFor()
}

const authorize = async (token: string): Promise<void> => {
  await page.getByRole('button', { name: 'Authorize' }).click()
  await page.getByLabel('auth-bearer-value').fill(token)
  await page.getByLabel('Apply credentials').click()
  await page.getByRole('button', { name: 'Close' }).click()
}

const execute = async (): Promise<void> => {
  await page.getByText('List posts').click()
  await page.getByRole('button', { name: 'Execute' }).click()
  await page.getByText('Response headers').first().waitFor()
}

describe('the API reference in a browser', () => {
  it('shows the operations without a complaint and from this origin only', async () => {
    await open()
    await execute()
    expect(complaints).toEqual([])
    expect(strangers).toEqual([])
  })

  it('sends the tenant of the address and the token that was entered', async () => {
    await open('?tenant=demo')
    await authorize('token-1')
    await execute()
    expect(heard).toMatchObject({ 'x-tenant-id': 'demo', authorization: 'Bearer token-1' })
  })

  it('sends the tenant that is typed, and none when the field is empty', async () => {
    await open()
    await page.getByLabel('Tenant').fill('acme')
    await execute()
    expect(heard?.['x-tenant-id']).toBe('acme')
    await page.getByLabel('Tenant').fill('')
    heard = undefined
    const answered = page.waitForResponse(/\/api\//)
    await page.getByRole('button', { name: 'Execute' }).click()
    await answered
    expect(heard).not.toHaveProperty('x-tenant-id')
  })

  it('keeps no token when the page is left', async () => {
    await open()
    await authorize('token-1')
    const kept = await page.evaluate(
      'JSON.stringify([localStorage, sessionStorage, document.cookie])',
    )
    expect(kept).not.toContain('token-1')
    await page.reload()
    await page.getByText('List posts').waitFor()
    await execute()
    expect(heard).not.toHaveProperty('authorization')
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
    await open()
    await page.keyboard.press('Tab')
    await page.locator('a:focus', { hasText: 'Skip to the operations' }).waitFor()
    await page.keyboard.press('Enter')
    expect(await page.locator('#reference:focus').count()).toBe(1)
  })
})
