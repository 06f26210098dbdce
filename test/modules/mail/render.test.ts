import { describe, expect, it } from 'vitest'
import { modules } from '../../../src/app/modules.ts'
import { renderMail } from '../../../src/modules/mail/index.ts'
import { testMail } from '../../../src/modules/mail/mails.tsx'
import { createWorld } from '../../support/world.ts'
import { fakeProviders, mailWorld, makeUser, settle } from './support.ts'

const declared = modules.flatMap(({ mails }) => mails)

/** A mail as the configured sender would render it, for the world's tenant. */
async function render(name: string, locale: string, props?: unknown) {
  const world = await createWorld()
  const { tenant } = await world.system()
  const definition = declared.find((mail) => mail.name === name)
  if (!definition) throw new Error(`there is no message ${name}`)
  const wish = { definition, locale, props: props ?? definition.example }
  return renderMail(world.deps().settings, tenant, wish)
}

describe('every declared message', () => {
  const cases = declared.flatMap(({ name, texts }) =>
    Object.keys(texts).map((locale) => [name, locale] as const),
  )

  it.each(cases)(
    '%s is whole in %s: one document, both parts, nothing left to fill in',
    async (name, locale) => {
      const { subject, html, text } = await render(name, locale)
      expect(html).toMatch(
        new RegExp(`^<!doctype html><html lang="${locale}" dir="ltr">.*</html>$`, 's'),
      )
      expect(html).not.toMatch(/<script|https?:\/\/(?!t)|undefined|\[object/)
      expect(text).not.toMatch(/<[a-z]|undefined|\[object/)
      for (const part of [subject, html.replace(/<style>.*<\/style>/s, ''), text]) {
        expect(part.trim()).not.toBe('')
        expect(part).not.toMatch(/[{}]/)
      }
    },
  )

  it('has a name of its own below its module, and an example that its schema takes', () => {
    for (const { slug, mails } of modules) {
      for (const { name, schema, example } of mails) {
        expect(name).toMatch(new RegExp(`^${slug}/[a-z]+(-[a-z]+)*$`))
        expect(schema.safeParse(example).success).toBe(true)
      }
    }
    expect(new Set(declared.map(({ name }) => name)).size).toBe(declared.length)
  })
})

describe('the language of a mail', () => {
  it('follows plural rules, dates and words of the locale', async () => {
    const props = { sentAt: '2026-01-31T12:00:00.000Z' }
    expect((await render('mail/test', 'en', props)).text).toContain('January 31, 2026 at 12:00')
    expect((await render('mail/test', 'de', props)).text).toContain('31. Januar 2026 um 12:00')
    expect((await render('mail/test', 'ru', props)).text).toContain('31 января 2026')
  })

  it('is the one in which somebody registers, by the fallbacks of the tenant', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark')
    const admin = await world.as('admin')
    const settings = { registrationEnabled: true }
    await admin.json('PATCH', '/api/v1/tenant/modules/auth', { body: { settings } })
    await admin.json('PUT', '/api/v1/tenant/locales/ru', { body: { fallback: 'en' } })
    await admin.json('PUT', '/api/v1/tenant/locales/de', { body: { fallback: 'en' } })
    await admin.json('PUT', '/api/v1/tenant/locales/de-AT', { body: { fallback: 'de' } })
    await admin.json('PUT', '/api/v1/tenant/locales/fr', { body: { fallback: 'ru' } })
    await settle(world, providers)
    for (const language of ['ru', 'de-AT', 'fr', 'ja', 'en']) {
      const body = {
        email: `${language}@people.example`,
        name: 'Ada',
        password: 'three blind mice run',
      }
      await world.anonymous.json('POST', '/api/v1/auth/register', {
        body,
        headers: { 'accept-language': language },
      })
    }
    await world.drain()
    const subjects = new Map(
      providers.asked.map(({ to, html }) => [
        /([\w-]+)@people/.exec(to)?.[1]?.toLowerCase(),
        /lang="([\w-]+)"/.exec(html)?.[1],
      ]),
    )
    expect(Object.fromEntries(subjects)).toEqual({
      ru: 'ru',
      'de-at': 'de',
      fr: 'ru',
      ja: 'en',
      en: 'en',
    })
  })

  it('is the tenant’s own where an administrator makes the account', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark')
    const admin = await world.as('admin')
    await admin.json('PUT', '/api/v1/tenant/locales/de', { body: { fallback: 'en' } })
    await settle(world, providers)
    const body = {
      email: 'x@people.example',
      name: 'Ada',
      password: 'three blind mice run',
      roles: ['customer'],
    }
    await admin.json('POST', '/api/v1/auth/users', { body, headers: { 'accept-language': 'de' } })
    await world.drain()
    expect(providers.asked[0]?.html).toContain('<html lang="en"')
  })
})

describe('a tenant’s own mails', () => {
  it('have its name, colour, logo, address for answers and last words', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark')
    const admin = await world.as('admin')
    const settings = {
      brandName: 'Blüten & Co',
      color: '#ffcc00',
      logoUrl: 'https://images.example/logo.png',
      replyTo: 'Hello@Blueten.example',
      footer: 'Hauptstraße 1\nBerlin',
    }
    await admin.json('PATCH', '/api/v1/tenant/modules/mail', { body: { settings } })
    await settle(world, providers)
    await makeUser(world)
    await world.drain()
    const [mail] = providers.asked
    expect(mail).toMatchObject({
      from: '"Blüten & Co" <hello@platform.example>',
      replyTo: 'hello@blueten.example',
      subject: 'Welcome to Blüten & Co',
    })
    expect(mail?.html).toContain('background-color:#ffcc00;color:#000000')
    expect(mail?.html).toContain('<img src="https://images.example/logo.png" alt="Blüten &amp; Co"')
    expect(mail?.html).toContain('Hauptstraße 1\nBerlin')
    expect(mail?.text).toContain('Hauptstraße 1\nBerlin')
  })

  it.each([
    [{ color: 'red;}' }, '/settings/color'],
    [{ logoUrl: 'http://images.example/logo.png' }, '/settings/logoUrl'],
    [{ logoUrl: 'javascript:alert(1)' }, '/settings/logoUrl'],
    [{ replyTo: 'a@b.example\r\nBcc: c@d.example' }, '/settings/replyTo'],
  ])('refuse the setting %j', async (settings, pointer) => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const response = await admin.fetch('PATCH', '/api/v1/tenant/modules/mail', {
      body: { settings },
    })
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ pointer }] })
  })

  it('link to the tenant’s own host, whatever host a request names', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark', {
      env: { SERVER_BASE_DOMAINS: 'rustok.test', SERVER_TRUST_FORWARDED_HOST: 'true' },
    })
    const admin = await world.as('admin')
    const settings = { registrationEnabled: true }
    await admin.json('PATCH', '/api/v1/tenant/modules/auth', { body: { settings } })
    await settle(world, providers)
    await world.anonymous.json('POST', '/api/v1/auth/register', {
      body: { email: 'host@people.example', name: 'Ada', password: 'three blind mice run' },
      headers: {
        'x-forwarded-host': `${world.slug}.rustok.test, evil.example`,
        origin: 'https://evil.example',
      },
    })
    await world.drain()
    expect(providers.asked[0]?.html).toContain(`href="https://${world.slug}.rustok.test/account/`)
    expect(providers.asked[0]?.text).toContain(`https://${world.slug}.rustok.test/`)
    expect(JSON.stringify(providers.asked)).not.toContain('evil')
  })
})

describe('texts of strangers', () => {
  it('cannot add a header, and are escaped in the HTML', async () => {
    const providers = fakeProviders()
    const world = await mailWorld('postmark')
    const admin = await world.as('admin')
    const { version } = await admin.json<{ version: number }>('GET', '/api/v1/tenant')
    const name = 'Acme\r\nBcc: victim@example.com\u2028<b>bold</b>'
    await admin.json('PATCH', '/api/v1/tenant', {
      body: { name },
      headers: { 'if-match': `"${version}"` },
    })
    await settle(world, providers)
    await makeUser(world, '<img src=x>')
    await world.drain()
    const [mail] = providers.asked
    expect(mail?.subject).toBe('Welcome to Acme Bcc: victim@example.com <b>bold</b>')
    expect(mail?.from).toBe('"Acme Bcc: victim@example.com <b>bold</b>" <hello@platform.example>')
    expect(mail?.html).not.toMatch(/<b>|<img/)
    expect(mail?.html).toContain('&lt;b&gt;bold&lt;/b&gt;')
    expect(mail?.html).toContain('Hello &lt;img src=x&gt;,')
  })

  it('cannot add a header by way of a subject', async () => {
    const world = await createWorld()
    const { tenant } = await world.system()
    const definition = { ...testMail, subject: () => 'Hello\r\nBcc: victim@example.com' }
    const wish = { definition, locale: 'en', props: testMail.example }
    const { subject } = await renderMail(world.deps().settings, tenant, wish)
    expect(subject).toBe('Hello Bcc: victim@example.com')
  })

  it.each(['Win at casino.example', 'http://casino.example', 'x@casino.example', 'a'.repeat(61)])(
    'are not greeted when they are more of a link than of a name: %s',
    async (name) => {
      const { html, text } = await render('auth/welcome', 'en', {
        name,
        email: 'ada@example.com',
        by: 'self',
        url: '/',
      })
      expect(html).not.toContain(name)
      expect(text).toMatch(/^Hello,\n/)
    },
  )
})
