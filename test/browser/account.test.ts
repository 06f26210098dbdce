import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningWorker } from '../e2e/support/worker.ts'
import { faultsOf } from './support/axe.ts'
import { launchChromium } from './support/chromium.ts'
import { startDevelopment } from './support/development.ts'
import { openPage } from './support/page.ts'

let running: RunningWorker
let browser: Browser

beforeAll(async () => {
  running = await startDevelopment()
  browser = await launchChromium()
})

afterAll(async () => {
  await browser.close()
  await running.close()
})

const EMAIL = 'customer@demo.example'
const PASSWORD = 'seven slow brown bears'
const TENANT = { 'x-tenant-id': 'demo' }

/** Milliseconds until a queued mail must have come. */
const ARRIVAL = 30_000

/** The fragment of the link in the newest mail of a category. */
async function fragmentOf(page: Page, category: string): Promise<string> {
  const find = async () => {
    const response = await page.request.get(`${running.origin}/dev/mail/messages`)
    const { items } = await response.json()
    const mail = items.find(
      (item: { category: string; to: { address: string } }) =>
        item.category === category && item.to.address === EMAIL,
    )
    return /#token=[\w-]{43}/.exec(mail?.text ?? '')?.[0] ?? ''
  }
  await expect.poll(find, { timeout: ARRIVAL }).not.toBe('')
  return find()
}

describe('the pages of accounts in a browser', () => {
  it('set a forgotten password once, and leave no token in the address bar', async () => {
    const { page, complaints, strangers } = await openPage(browser, running.origin, {
      extraHTTPHeaders: TENANT,
    })
    const api = `${running.origin}/api/v1/auth`
    await page.request.post(`${api}/password/forgotten`, { data: { email: EMAIL } })
    const fragment = await fragmentOf(page, 'auth/password-reset')
    await page.goto(`${running.origin}/account/reset${fragment}`)
    await page.getByLabel('Password').waitFor()
    expect(page.url()).toBe(`${running.origin}/account/reset`)
    expect(await faultsOf(page)).toEqual([])
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button').click()
    await page.getByText('Your password is changed.').waitFor()
    expect(complaints).toEqual([])
    expect(strangers).toEqual([])
    const data = { email: EMAIL, password: PASSWORD }
    expect((await page.request.post(`${api}/login`, { data })).status()).toBe(200)
    await page.goto('about:blank')
    await page.goto(`${running.origin}/account/reset${fragment}`)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button').click()
    await page.getByText('This link is not valid').waitFor()
    await page.close()
  })

  it.each(['verify', 'reset', 'email', 'invitation'])(
    'show /account/%s in the reader’s language and without a fault that axe finds',
    async (name) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        const options = { colorScheme, locale: 'de-AT', viewport: { width: 320, height: 700 } }
        const { page, complaints } = await openPage(browser, running.origin, options)
        await page.goto(`${running.origin}/account/${name}#token=${'a'.repeat(43)}`)
        await page.getByRole('button').waitFor()
        expect(await page.getAttribute('html', 'lang')).toBe('de')
        expect(await faultsOf(page)).toEqual([])
        expect(complaints).toEqual([])
        await page.close()
      }
    },
  )

  it('say of a link without a token that it is not valid', async () => {
    const { page } = await openPage(browser, running.origin)
    await page.goto(`${running.origin}/account/verify`)
    await page.getByText('This link is not valid').waitFor()
    expect(await page.getByRole('button').count()).toBe(0)
    await page.close()
  })
})
