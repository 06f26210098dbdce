import type { Browser } from 'playwright-core'
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

const looks = [
  ['light', 1_280],
  ['light', 320],
  ['dark', 1_280],
  ['dark', 320],
] as const

/** Milliseconds until a queued mail must have come. */
const ARRIVAL = 30_000

describe('the mailbox of development in a browser', () => {
  it('shows the welcome of a demo user, with the mail in its frame', async () => {
    const { page, complaints, strangers } = await openPage(browser, running.origin)
    await expect
      .poll(
        async () => {
          await page.goto(`${running.origin}/dev/mail`)
          return page.getByRole('link', { name: 'Welcome to Demo' }).count()
        },
        { timeout: ARRIVAL },
      )
      .toBeGreaterThan(0)
    await page.getByRole('link', { name: 'Welcome to Demo' }).first().click()
    const frame = page.frameLocator('iframe')
    await frame.getByRole('heading', { name: 'Welcome to Demo' }).waitFor()
    expect(await page.locator('pre').textContent()).toContain('Demo')
    expect(await faultsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    expect(strangers).toEqual([])
    await page.close()
  })

  it.each(looks)(
    'shows previews without a fault that axe finds, in %s colours and %i pixels wide',
    async (colorScheme, width) => {
      const options = { colorScheme, viewport: { width, height: 900 } }
      const { page, complaints } = await openPage(browser, running.origin, options)
      await page.goto(`${running.origin}/dev/mail/preview`)
      expect(await faultsOf(page)).toEqual([])
      await page.getByRole('link', { name: 'auth/welcome' }).click()
      await page.getByRole('link', { name: 'ru' }).click()
      await page.frameLocator('iframe').getByRole('heading').waitFor()
      expect(await faultsOf(page)).toEqual([])
      expect(complaints).toEqual([])
      await page.close()
    },
  )

  it.each(looks)(
    'shows a mail itself without a fault that axe finds, in %s colours and %i pixels wide',
    async (colorScheme, width) => {
      const options = { colorScheme, viewport: { width, height: 900 }, bypassCSP: true }
      const { page } = await openPage(browser, running.origin, options)
      const response = await page.request.get(
        `${running.origin}/dev/mail/preview/auth/welcome/html`,
      )
      await page.setContent(await response.text())
      expect(await faultsOf(page)).toEqual([])
      await page.close()
    },
  )
})
