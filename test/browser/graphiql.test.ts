import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningWorker } from '../e2e/support/worker.ts'
import { faultsOf } from './support/axe.ts'
import { launchChromium } from './support/chromium.ts'
import { startDevelopment } from './support/development.ts'
import { type WatchedPage, openPage } from './support/page.ts'

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

const open = async (query: string): Promise<WatchedPage> => {
  const watched = await openPage(browser, running.origin)
  await watched.page.goto(`${running.origin}/graphql${query}`)
  await watched.page.locator('.graphiql-container').waitFor()
  return watched
}

/** Presses the button and answers what the result shows. */
const run = async ({ page }: WatchedPage): Promise<string> => {
  const answered = page.waitForResponse(
    (response) => response.url().endsWith('/graphql') && !isIntrospection(response.request()),
  )
  await page.getByRole('button', { name: /^Execute query/ }).click()
  await answered
  const result = page.locator('.result-window')
  await result.getByText(/"(data|errors)"/).waitFor()
  return result.innerText()
}

const isIntrospection = (request: { postData: () => string | null }): boolean =>
  request.postData()?.includes('__schema') ?? false

describe('GraphiQL in development', () => {
  it('reads the posts of the tenant in the address, from this origin only', async () => {
    const watched = await open('?tenant=demo')
    const answer = await run(watched)
    expect(answer).toContain('what-demo-plans-next')
    expect(watched.complaints).toEqual([])
    expect(watched.strangers).toEqual([])
    await watched.page.close()
  })

  it('knows the schema: it tells a field that does not exist before it is sent', async () => {
    const watched = await open('?tenant=demo')
    const { page } = watched
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
    await page.locator('.graphiql-plugin').getByText('Query', { exact: true }).first().waitFor()
    await page.locator('.graphiql-query-editor .CodeMirror').click()
    await page.keyboard.press('Control+A')
    await page.keyboard.insertText('{ nothingLikeThis }')
    await page.locator('.graphiql-query-editor .CodeMirror-lint-mark-error').first().waitFor()
    expect(watched.complaints).toEqual([])
    await page.close()
  })

  it('keeps nothing when the page is left: headers hold tokens', async () => {
    const watched = await open('?tenant=demo')
    await run(watched)
    const kept = await watched.page.evaluate(
      'JSON.stringify([localStorage, sessionStorage, document.cookie])',
    )
    expect(kept).toBe('[{},{},""]')
    await watched.page.close()
  })

  it('has no fault that axe finds but those of its editors', async () => {
    const watched = await open('?tenant=demo')
    await run(watched)
    const known = /^(color-contrast|label|scrollable-region-focusable): /
    expect((await faultsOf(watched.page)).filter((fault) => !known.test(fault))).toEqual([])
    await watched.page.close()
  })
})
