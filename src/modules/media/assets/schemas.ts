import * as z from 'zod'
import { fileLabel } from '../../../kernel/file-name.ts'
import { limits } from '../../../kernel/limits.ts'
import { MEDIA_KINDS } from '../../../kernel/media-type.ts'
import { idSchema, instant, localeSchema, pageOf, pageQuery } from '../../../kernel/schemas.ts'
import { ASSET_STATES, VISIBILITIES } from './types.ts'

const { media } = limits

export const fileName = z
  .string()
  .max(1_000)
  .transform(fileLabel)
  .refine((name) => name !== '', 'must be a file name')
  .meta({ description: 'A label: no path and no type follows from it.', example: 'beach.jpg' })
export const visibility = z.enum(VISIBILITIES).meta({
  description: '`private` files need a permission or a signed link.',
})

const presetUrls = z.object({
  thumb: z.string(),
  small: z.string(),
  medium: z.string(),
  large: z.string(),
})

const file = z.object({
  number: z.int(),
  bytes: z.int(),
  sha256: z.string().meta({ description: 'Hexadecimal digits.' }),
  mediaType: z.string().meta({ description: 'By the bytes.', example: 'image/jpeg' }),
  width: z.int().nullable(),
  height: z.int().nullable(),
  blurhash: z.string().nullable(),
  color: z.string().nullable().meta({ description: 'Dominant.', example: '#a0b0c0' }),
  takenAt: z.string().nullable().meta({
    description: 'By the clock of the camera, in a zone that nobody knows.',
    example: '2026-11-22T10:30:00',
  }),
  cameraMake: z.string().nullable(),
  cameraModel: z.string().nullable(),
  variants: presetUrls.nullable().meta({
    description: 'Smaller pictures; the type of each is by `Accept`. Null where none are made.',
  }),
  srcset: z.string().nullable().meta({ description: 'Of the variants that keep the shape.' }),
  url: z.string().meta({ description: 'A path of this deployment that never changes its bytes.' }),
  createdAt: instant,
})
export const fileSchema = file.meta({ id: 'MediaFile', description: 'A file of an asset.' })
export const fileListSchema = z.object({ items: z.array(fileSchema), nextCursor: z.null() })

const texts = z
  .record(
    localeSchema,
    z.strictObject({
      alt: z.string().trim().max(media.alt).default(''),
      caption: z.string().trim().max(media.caption).default(''),
    }),
  )
  .refine((record) => Object.keys(record).length <= limits.tenant.locales, 'has too many locales')
const coordinate = z.number().min(0).max(1)
const focalPoint = z.strictObject({ x: coordinate, y: coordinate })

export const assetSchema = z
  .object({
    id: idSchema,
    state: z.enum(ASSET_STATES),
    visibility,
    kind: z.enum(MEDIA_KINDS),
    name: z.string(),
    folderId: idSchema.nullable(),
    tags: z.array(z.string()),
    texts: z.record(z.string(), z.object({ alt: z.string(), caption: z.string() })),
    focalPoint: z.object({ x: z.number(), y: z.number() }),
    file: fileSchema,
    createdBy: idSchema.nullable(),
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
    trashedAt: instant.nullable(),
  })
  .meta({ id: 'MediaAsset', description: 'A file of the library, by a name that stays.' })
export const assetPage = pageOf(assetSchema).meta({ id: 'MediaAssetPage' })

const filter = {
  folder: z
    .union([idSchema, z.literal('none')])
    .optional()
    .meta({ description: 'Of this folder; `none` for those in no folder.' }),
  tag: z.string().min(1).max(media.tag).optional(),
  kind: z.enum(MEDIA_KINDS).optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
    .optional()
    .meta({ description: 'Whose current file has these bytes: finds duplicates.' }),
  q: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'The beginning of the name; the list is then by name.' }),
}
/** Which assets are meant; the id of no folder finds none. */
export const assetFilter = z.strictObject({
  ...filter,
  folder: z.string().max(36).optional().meta({ description: 'Its id, or `none`.' }),
  state: z.enum(ASSET_STATES).optional(),
})
export const assetListQuery = pageQuery.extend({
  ...filter,
  state: z.enum(ASSET_STATES).default('ready'),
})

export const updateAssetBody = z
  .strictObject({
    name: fileName.optional(),
    visibility: visibility.optional(),
    folderId: idSchema.nullable().optional(),
    tags: z.array(z.string().trim().min(1).max(media.tag)).max(media.tags).optional(),
    texts: texts.optional(),
    focalPoint: focalPoint.optional(),
  })
  .meta({ id: 'UpdateMediaAsset' })

export const linkBody = z
  .strictObject({
    expiresSeconds: z
      .int()
      .min(60)
      .max(media.linkSeconds)
      .default(3_600)
      .meta({ description: 'How long the link can be used.' }),
  })
  .meta({ id: 'CreateMediaLink' })
export const linkSchema = z
  .object({ url: z.string(), expiresAt: instant })
  .meta({ id: 'MediaLink', description: 'Reads the current file without any other right.' })

export const usageSchema = z
  .object({ bytes: z.int(), quotaBytes: z.int() })
  .meta({ id: 'MediaUsage', description: 'Bytes that the files have, and may have.' })

export type FileDto = z.infer<typeof fileSchema>
export type AssetDto = z.infer<typeof assetSchema>
export type AssetFilter = Omit<AssetListInput, 'cursor' | 'limit'>
export type AssetListInput = z.infer<typeof assetListQuery>
export type UpdateAssetInput = z.infer<typeof updateAssetBody>
export type LinkDto = z.infer<typeof linkSchema>
export type UsageDto = z.infer<typeof usageSchema>
