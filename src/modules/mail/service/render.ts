import * as z from 'zod'
import type { TenantSnapshot } from '../../../kernel/context.ts'
import { limits } from '../../../kernel/limits.ts'
import { LAST_MAIL_LOCALE, type MailDefinition, type MailView } from '../../../kernel/mail.ts'
import { formatMessage } from '../../../kernel/message-format.ts'
import type { PlatformSettings } from '../../../ports/deps.ts'
import type { MailAddress, OutgoingMail } from '../../../ports/mailer.ts'
import { oneLine, siteOf } from '../domain.ts'
import { mailSettings } from '../schemas.ts'

/** What is read of the tenant's settings. */
const zoned = z.object({ timeZone: z.string().default('UTC') })

/** A message in a locale, for a tenant. */
export interface RenderWish {
  readonly definition: MailDefinition
  readonly locale: string
  readonly props: unknown
}

/** What a mail says, and whom it comes from. */
export type RenderedMail = Pick<
  OutgoingMail,
  'from' | 'replyTo' | 'subject' | 'html' | 'text' | 'category'
>

/**
 * Renders a message as a tenant sends it. Whatever the props hold, subject and sender stay on one
 * line and the HTML is escaped. Throws `ZodError` for props that are none of the message's.
 */
export async function renderMail(
  settings: Pick<PlatformSettings, 'baseDomains' | 'localPort' | 'mail'>,
  tenant: TenantSnapshot,
  { definition, locale, props }: RenderWish,
): Promise<RenderedMail> {
  const own = mailSettings.parse(tenant.modules['mail']?.settings ?? {})
  const name = oneLine(own.brandName || tenant.name, limits.mail.name)
  const { timeZone } = zoned.parse(tenant.settings)
  const texts = definition.texts[locale] ?? definition.texts[LAST_MAIL_LOCALE]
  const site = siteOf(tenant, settings.baseDomains, settings.localPort)
  const view: MailView<unknown> = {
    props: definition.schema.parse(props),
    locale,
    brand: { name, color: own.color, logoUrl: own.logoUrl || undefined, footer: own.footer },
    t: (key, values = {}) => formatMessage(textOf(texts, key), locale, timeZone, values),
    link: (path) => (site === undefined ? undefined : new URL(path, site).href),
  }
  const html = await definition.html(view)
  return {
    from: { ...settings.mail.from, ...(name && { name }) },
    ...replyTo(settings.mail.replyTo, own.replyTo),
    subject: oneLine(definition.subject(view), limits.mail.subject),
    html: `<!doctype html>${html}`,
    text: definition.text(view),
    category: definition.name,
  }
}

function textOf(texts: Readonly<Record<string, string>>, key: string): string {
  const text = texts[key]
  if (text === undefined) throw new Error(`the message has no text ${key}`)
  return text
}

function replyTo(standard: MailAddress | undefined, own: string): { replyTo?: MailAddress } {
  if (own !== '') return { replyTo: { address: own } }
  return standard ? { replyTo: standard } : {}
}
