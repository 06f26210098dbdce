import type { Asset } from './asset.ts'

/** The pages at `/account/…` that links of mails lead to. */
export const accountAssets: readonly Asset[] = [
  { from: 'scripts/assets/account.js', to: 'account/account.js' },
  { from: 'scripts/assets/account.css', to: 'account/account.css' },
]
