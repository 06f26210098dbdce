import { afterEach, beforeEach, vi } from 'vitest'

/** Catches what each test of the file logs and keeps it from the output; answers the lines so far. */
export function catchLogs(): () => readonly string[] {
  let lines: string[] = []
  beforeEach(() => {
    lines = []
    for (const method of ['log', 'warn', 'error', 'info', 'debug'] as const)
      vi.spyOn(console, method).mockImplementation(
        (...words: unknown[]) => void lines.push(words.join(' ')),
      )
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })
  return () => lines
}
