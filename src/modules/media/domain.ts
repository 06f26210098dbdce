import type { RequestContext } from '../../kernel/context.ts'
import type { MediaType } from '../../kernel/media-type.ts'
import { type MediaSettings, mediaSettings } from './schemas.ts'

/** The settings of the caller’s tenant. */
export function settingsOf({ tenant }: Pick<RequestContext, 'tenant'>): MediaSettings {
  return mediaSettings.parse(tenant.modules['media']?.settings ?? {})
}

/** What the caller may upload. */
export interface UploadBounds {
  readonly types: ReadonlySet<MediaType>
  /** Of a file. */
  readonly fileBytes: number
  /** Of the tenant. */
  readonly quota: number
}

/** The most that one of the caller’s roles allows; a role without bounds has the tenant’s own. */
export function boundsOf(ctx: Pick<RequestContext, 'tenant' | 'principal'>): UploadBounds {
  const settings = settingsOf(ctx)
  const held = 'roles' in ctx.principal ? ctx.principal.roles : []
  const all = held.length > 0 ? held.map((role) => settings.roles[role] ?? settings) : [settings]
  return {
    types: new Set(all.flatMap((each) => each.types ?? settings.types)),
    fileBytes: Math.max(...all.map((each) => each.fileBytes ?? settings.fileBytes)),
    quota: settings.quotaBytes,
  }
}

/** Where a file is served, or a variant of it. The name at its end is for people alone. */
export function pathOfFile(assetId: string, number: number, name: string, preset?: string): string {
  const place = preset === undefined ? number : `${number}/${preset}`
  return `/media/${assetId}/${place}/${encodeURIComponent(name)}`
}
