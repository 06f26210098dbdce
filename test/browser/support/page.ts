import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

/** A page with what it complained of and what it asked of others. */
export interface WatchedPage {
  readonly page: Page
  /** Errors of scripts and of the console, such as violations of the Content-Security-Policy. */
  readonly complaints: string[]
  /** Addresses outside the origin. */
  readonly strangers: string[]
}

/** Opens an empty page that listens for complaints and strangers. */
export async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const page = await browser.newPage({ reducedMotion: 'reduce', ...options })
  const complaints: string[] = []
  const strangers: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('request', (request) => {
    const { protocol, origin: from } = new URL(request.url())
    if (protocol !== 'data:' && from !== origin) strangers.push(request.url())
  })
  return { page, complaints, strangers }
}
