import { describe, expect, it } from 'vitest'
import { type World, createWorld } from '../../support/world.ts'

interface Captured {
  readonly id: string
  readonly subject: string
  readonly to: { readonly address: string }
  readonly category: string
}

/** No other test's mails are newer than those of worlds so far in the future. */
const FAR_MILLISECONDS = 1_000 * 86_400_000

/** A world whose administrator has been welcomed, and the mail. */
async function welcomed(days = 0): Promise<{ world: World; mail: Captured }> {
  const world = await createWorld()
  world.clock.advance(FAR_MILLISECONDS + days * 86_400_000)
  await world.as('admin')
  await world.drain()
  const { items } = await world.anonymous.json<{ items: Captured[] }>('GET', '/dev/mail/messages')
  const mail = items.find(({ to }) => to.address === `admin@${world.slug}.example`)
  if (!mail) throw new Error('the mail is not in the mailbox')
  return { world, mail }
}

const policyOf = (response: Response) => response.headers.get('content-security-policy') ?? ''

describe('the mailbox of development', () => {
  it('keeps what was sent, newest first, where a new isolate finds it', async () => {
    const { mail } = await welcomed()
    const later = await welcomed(1)
    const { items } = await later.world.anonymous.json<{ items: Captured[] }>(
      'GET',
      '/dev/mail/messages',
    )
    const ids = items.map(({ id }) => id)
    expect(ids.indexOf(later.mail.id)).toBeLessThan(ids.indexOf(mail.id))
    expect(await later.world.anonymous.json('GET', `/dev/mail/messages/${mail.id}`)).toEqual(mail)
  })

  it('shows a mail on a page that runs nothing, with its HTML in a frame that may do nothing', async () => {
    const { world, mail } = await welcomed()
    const page = await world.anonymous.fetch('GET', `/dev/mail/${mail.id}`)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(policyOf(page)).toMatch(/^default-src 'none'; style-src 'self';/)
    expect(policyOf(page)).not.toContain('unsafe')
    expect(await page.text()).toContain(`<iframe sandbox="" src="/dev/mail/${mail.id}/html"`)
    const frame = await world.anonymous.fetch('GET', `/dev/mail/${mail.id}/html`)
    expect(policyOf(frame)).toMatch(/^sandbox; default-src 'none';.*frame-ancestors 'self'$/)
    expect(frame.headers.get('x-frame-options')).toBe('SAMEORIGIN')
    expect(await frame.text()).toContain(mail.subject)
  })

  it('is not there under a name that is not the platform’s', async () => {
    const { world } = await welcomed()
    for (const path of ['/dev/mail', '/dev/mail/messages', '/dev/mail/preview']) {
      const response = await world.anonymous.fetch('GET', `https://rebound.example${path}`)
      expect(response.status).toBe(404)
    }
  })

  it('answers 404 for a mail that is not there', async () => {
    const { world } = await welcomed()
    for (const path of ['nothing', 'nothing/html', 'messages/nothing', 'preview/no/thing']) {
      expect((await world.anonymous.fetch('GET', `/dev/mail/${path}`)).status).toBe(404)
    }
  })
})

describe('the previews of messages', () => {
  it('show each declared message with its example, in each of its locales', async () => {
    const { anonymous } = await createWorld()
    const index = await (await anonymous.fetch('GET', '/dev/mail/preview')).text()
    for (const name of ['auth/welcome', 'mail/test']) {
      expect(index).toContain(`href="/dev/mail/preview/${name}"`)
      const page = await (
        await anonymous.fetch('GET', `/dev/mail/preview/${name}?locale=ru`)
      ).text()
      expect(page).toContain(`src="/dev/mail/preview/${name}/html?locale=ru"`)
      const frame = await anonymous.fetch('GET', `/dev/mail/preview/${name}/html?locale=de`)
      expect(await frame.text()).toContain('<html lang="de"')
    }
  })
})
