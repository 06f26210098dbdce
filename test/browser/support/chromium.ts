import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome']

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The Chromium of this machine: `CHROMIUM_BIN`, else the first one in PATH. */
const chromiumPath = (): string => {
  const own = process.env['CHROMIUM_BIN']
  if (own !== undefined) return own
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  const path = found.find(isExecutable)
  if (path !== undefined) return path
  throw new Error('No Chromium in PATH: install it, or set CHROMIUM_BIN to the path of yours')
}

/** Starts a headless Chromium. Its sandbox needs an ordinary user, so root goes without. */
export function launchChromium(): Promise<Browser> {
  const isRoot = process.getuid?.() === 0
  return chromium.launch({ executablePath: chromiumPath(), chromiumSandbox: !isRoot })
}
