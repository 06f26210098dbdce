import type { RequestContext } from '../../../kernel/context.ts'
import { localeChain } from '../../../kernel/locale.ts'
import type { MailDefinition } from '../../../kernel/mail.ts'
import type { Deps } from '../../../ports/deps.ts'
import { type QueuedMail, queueMail } from '../../mail/index.ts'
import { settingsOf } from '../domain.ts'
import type { UserRecord } from '../types.ts'

/** Whom a letter goes to. */
export type Addressee = Pick<UserRecord, 'id' | 'email' | 'name' | 'locale'>

/** The pages that a link of a mail may lead to. */
export type AccountPage = 'verify' | 'reset' | 'email' | 'invitation'

/**
 * Where a link with a token leads: the tenant's own pages where it has named some, else those of the
 * platform on the tenant's site. The token is in the fragment, which no server is told.
 */
export function accountLink(
  ctx: Pick<RequestContext, 'tenant'>,
  page: AccountPage,
  token: string,
): string {
  const base = settingsOf(ctx.tenant).accountUrl.replace(/\/+$/, '') || '/account'
  return `${base}/${page}#token=${token}`
}

/** A mail to a user in the user's language, as a part of a commit. */
export function queueLetter<Props>(
  deps: Pick<Deps, 'ids' | 'secrets'>,
  ctx: Pick<RequestContext, 'tenant' | 'now' | 'principal' | 'locales'>,
  wish: {
    readonly mail: MailDefinition<Props>
    readonly to: Addressee
    readonly props: Props
    readonly dedupeKey: string
  },
): Promise<QueuedMail> {
  const { mail, to, props, dedupeKey } = wish
  const address = to.name === '' ? { address: to.email } : { address: to.email, name: to.name }
  return queueMail(deps, ctx, { mail, to: address, props, dedupeKey, locales: localesOf(ctx, to) })
}

function localesOf(
  { tenant, principal, locales }: Pick<RequestContext, 'tenant' | 'principal' | 'locales'>,
  { id, locale }: Addressee,
): readonly string[] {
  const chain = localeChain(tenant.locales, locale ?? undefined, tenant.defaultLocale)
  if (locale !== null) return [locale, ...chain]
  // A stranger's language says nothing of the user's.
  return principal.kind === 'user' && principal.userId === id ? locales : chain
}
