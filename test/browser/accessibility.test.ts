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

const operations = ['listPosts', 'createPost', 'updatePost', 'deletePost', 'putPostTranslation']

/** Opens one operation of each method and runs one of them. */
const unfold = async (page: Page): Promise<void> => {
  for (const operation of operations) {
    await page.locator(`#operations-blog-${operation} .opblock-summary-control`).click()
  }
  const list = page.locator('#operations-blog-listPosts')
  await list.getByRole('button', { name: 'Execute' }).click()
  await list.getByText('Response headers').first().waitFor()
}

/** Milliseconds that axe may take for the whole page, on a busy machine. */
const SLOW = 240_000

const overflowOf = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

describe('the API reference for everybody', () => {
  it.each([
    ['light', 1_280],
    ['light', 320],
    ['dark', 1_280],
    ['dark', 320],
  ] as const)(
    'has no fault that axe finds, in %s colours and %i pixels wide',
    async (scheme, width) => {
      const options = { colorScheme: scheme, viewport: { width, height: 900 } }
      const { page } = await openPage(browser, running.origin, options)
      await page.goto(`${running.origin}/docs?tenant=demo`)
      // Swagger UI draws only what is near the window.
      await page.locator('.operation-filter-input').fill('blog')
      await page.locator('#operations-blog-listPosts').waitFor()
      await unfold(page)
      expect(await faultsOf(page)).toEqual([])
      expect(await overflowOf(page)).toBe(0)
      await page.getByRole('button', { name: 'Authorize' }).first().click()
      await page.getByRole('heading', { name: 'Available authorizations' }).waitFor()
      expect(await faultsOf(page)).toEqual([])
      await page.close()
    },
    SLOW,
  )
})
