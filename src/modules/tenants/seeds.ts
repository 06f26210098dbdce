import type { Seed } from '../../kernel/module.ts'
import type { Deps } from '../../ports/deps.ts'
import { putLocale } from './locales/service.ts'

/** Gives a demo tenant a second locale, so that fallbacks can be tried by hand. */
export const seed: Seed<Deps> = async (deps, ctx, profile) => {
  const codes = ctx.tenant.locales.map((locale) => locale.code)
  if (profile !== 'dev' || !codes.includes('en') || codes.includes('de')) return
  await putLocale(deps, ctx, { tenantId: ctx.tenant.id, locale: 'de', fallback: 'en' })
}
