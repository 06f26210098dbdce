import { describe, expect, it } from 'vitest'
import { createWorld } from '../../../support/world.ts'

const world = await createWorld()

describe('the pages that links of mails lead to', () => {
  it.each(['verify', 'reset', 'email', 'invitation'])(
    '/account/%s runs our script only',
    async (page) => {
      const response = await world.anonymous.fetch('GET', `/account/${page}`)
      expect(response.status).toBe(200)
      const policy = response.headers.get('content-security-policy') ?? ''
      expect(policy).toMatch(/^default-src 'none'; script-src 'self';/)
      expect(policy).not.toContain('unsafe')
      expect(response.headers.get('referrer-policy')).toBe('no-referrer')
      const html = await response.text()
      expect(html).not.toMatch(/<script(?![^>]*src=)|\son\w+=|style=/)
      for (const [, path = ''] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
        expect((await world.anonymous.fetch('GET', path)).status, path).toBe(200)
      }
    },
  )

  it('are these and no others', async () => {
    expect((await world.anonymous.fetch('GET', '/account/other')).status).toBe(404)
  })
})
