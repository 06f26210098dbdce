import { parseArguments, parseTarget, parseWith } from '../../../kernel/parse.ts'
import { type Page, idParams } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import type { RemovalRef } from '../references/index.ts'
import {
  type AssetDto,
  type FileDto,
  type UsageDto,
  assetListQuery,
  updateAssetBody,
} from './schemas.ts'
import { restoreAsset, trashAsset, updateAsset } from './service/change-asset.ts'
import { purgeAsset } from './service/purge-asset.ts'
import { getAsset, getUsage, listAssets, listFiles } from './service/read-assets.ts'

const versionHelp = 'The version that is replaced; any when left out.'
const forceHelp = 'Also when something shows the asset.'

/** Adds the library to the schema, and gives what other rooms answer with. */
export function assetsGraphql(builder: GraphqlBuilder, removal: RemovalRef): MediaTypes {
  const types = { ...addTypes(builder), removal }
  addQueries(builder, types)
  addChanges(builder, types)
  return types
}

/** The types of the library. */
export type MediaTypes = ReturnType<typeof addTypes> & { readonly removal: RemovalRef }

function addFile(builder: GraphqlBuilder) {
  const variants = builder.objectRef<NonNullable<FileDto['variants']>>('MediaVariants').implement({
    description: 'Addresses of smaller pictures.',
    fields: (t) => ({
      thumb: t.exposeString('thumb'),
      small: t.exposeString('small'),
      medium: t.exposeString('medium'),
      large: t.exposeString('large'),
    }),
  })
  return builder.objectRef<FileDto>('MediaFile').implement({
    description: 'A file of an asset.',
    fields: (t) => ({
      number: t.exposeInt('number'),
      bytes: t.exposeFloat('bytes'),
      sha256: t.exposeString('sha256'),
      mediaType: t.exposeString('mediaType'),
      width: t.exposeInt('width', { nullable: true }),
      height: t.exposeInt('height', { nullable: true }),
      blurhash: t.exposeString('blurhash', { nullable: true }),
      color: t.exposeString('color', { nullable: true }),
      takenAt: t.exposeString('takenAt', { nullable: true }),
      cameraMake: t.exposeString('cameraMake', { nullable: true }),
      cameraModel: t.exposeString('cameraModel', { nullable: true }),
      variants: t.expose('variants', { type: variants, nullable: true }),
      srcset: t.exposeString('srcset', { nullable: true }),
      url: t.exposeString('url'),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
    }),
  })
}

function addTypes(builder: GraphqlBuilder) {
  const visibility = builder.enumType('MediaVisibility', {
    values: ['public', 'private'] as const,
  })
  const state = builder.enumType('MediaState', { values: ['ready', 'trashed'] as const })
  const kind = builder.enumType('MediaKind', {
    values: ['image', 'audio', 'video', 'document'] as const,
  })
  const file = addFile(builder)
  const text = builder
    .objectRef<{ locale: string; alt: string; caption: string }>('MediaText')
    .implement({
      fields: (t) => ({
        locale: t.exposeString('locale'),
        alt: t.exposeString('alt'),
        caption: t.exposeString('caption'),
      }),
    })
  const point = builder.objectRef<{ x: number; y: number }>('MediaFocalPoint').implement({
    fields: (t) => ({ x: t.exposeFloat('x'), y: t.exposeFloat('y') }),
  })
  const asset = builder.objectRef<AssetDto>('MediaAsset').implement({
    description: 'A file of the library, by a name that stays.',
    fields: (t) => ({
      id: t.exposeID('id'),
      state: t.expose('state', { type: state }),
      visibility: t.expose('visibility', { type: visibility }),
      kind: t.expose('kind', { type: kind }),
      name: t.exposeString('name'),
      folderId: t.exposeID('folderId', { nullable: true }),
      tags: t.exposeStringList('tags'),
      texts: t.field({
        type: [text],
        resolve: ({ texts }) =>
          Object.entries(texts).map(([locale, each]) => ({ locale, ...each })),
      }),
      focalPoint: t.expose('focalPoint', { type: point }),
      file: t.expose('file', { type: file }),
      createdBy: t.exposeID('createdBy', { nullable: true }),
      version: t.exposeInt('version'),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
      trashedAt: t.expose('trashedAt', { type: 'DateTime', nullable: true }),
    }),
  })
  return { visibility, state, kind, file, asset }
}

function addAnswers(builder: GraphqlBuilder, asset: MediaTypes['asset']) {
  const assetPage = builder.objectRef<Page<AssetDto>>('MediaAssetPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [asset] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  const usage = builder.objectRef<UsageDto>('MediaUsage').implement({
    fields: (t) => ({ bytes: t.exposeFloat('bytes'), quotaBytes: t.exposeFloat('quotaBytes') }),
  })
  return { assetPage, usage }
}

function addQueries(builder: GraphqlBuilder, { asset, file, state, kind }: MediaTypes): void {
  const { assetPage, usage } = addAnswers(builder, asset)
  builder.queryFields((t) => ({
    mediaAssets: t.field({
      type: assetPage,
      args: {
        limit: t.arg.int(),
        cursor: t.arg.string(),
        folder: t.arg.string({ description: 'Its id, or `none`.' }),
        tag: t.arg.string(),
        kind: t.arg({ type: kind }),
        state: t.arg({ type: state }),
        sha256: t.arg.string({ description: 'Of the current file.' }),
        q: t.arg.string({ description: 'The beginning of the name.' }),
      },
      resolve: (_, args, { deps, ctx }) =>
        listAssets(deps, ctx, parseArguments(assetListQuery, args)),
    }),
    mediaAsset: t.field({
      type: asset,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getAsset(deps, ctx, parseArguments(idParams, args)),
    }),
    mediaFiles: t.field({
      type: [file],
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_, args, { deps, ctx }) =>
        (await listFiles(deps, ctx, parseArguments(idParams, args))).items,
    }),
    mediaUsage: t.field({
      type: usage,
      resolve: (_, __, { deps, ctx }) => getUsage(deps, ctx),
    }),
  }))
}

function addInput(builder: GraphqlBuilder, { visibility }: Pick<MediaTypes, 'visibility'>) {
  const text = builder.inputType('MediaTextInput', {
    fields: (t) => ({
      locale: t.string({ required: true }),
      alt: t.string(),
      caption: t.string(),
    }),
  })
  const point = builder.inputType('MediaFocalPointInput', {
    fields: (t) => ({ x: t.float({ required: true }), y: t.float({ required: true }) }),
  })
  return builder.inputType('MediaAssetInput', {
    fields: (t) => ({
      name: t.string(),
      visibility: t.field({ type: visibility }),
      folderId: t.id(),
      tags: t.stringList(),
      texts: t.field({ type: [text] }),
      focalPoint: t.field({ type: point }),
    }),
  })
}

/** The texts of an input as a record by locale. */
function readAsset({ texts, ...rest }: ReturnType<typeof addInput>['$inferInput']) {
  if (!texts) return rest
  return { ...rest, texts: Object.fromEntries(texts.map(({ locale, ...each }) => [locale, each])) }
}

function addChanges(builder: GraphqlBuilder, types: MediaTypes): void {
  const { asset, removal } = types
  const input = addInput(builder, types)
  builder.mutationFields((t) => {
    const target = () => ({
      id: t.arg.id({ required: true }),
      version: t.arg.int({ description: versionHelp }),
    })
    return {
      updateMediaAsset: t.field({
        type: asset,
        args: { ...target(), input: t.arg({ type: input, required: true }) },
        resolve: (_, args, { deps, ctx }) =>
          updateAsset(deps, ctx, {
            ...parseWith(updateAssetBody, readAsset(args.input), '/input'),
            ...parseTarget(args),
          }),
      }),
      trashMediaAsset: t.field({
        type: removal,
        args: { ...target(), force: t.arg.boolean({ description: forceHelp }) },
        resolve: (_, args, { deps, ctx }) =>
          trashAsset(deps, ctx, { ...parseTarget(args), force: args.force ?? false }),
      }),
      restoreMediaAsset: t.field({
        type: asset,
        args: target(),
        resolve: (_, args, { deps, ctx }) => restoreAsset(deps, ctx, parseTarget(args)),
      }),
      purgeMediaAsset: t.field({
        type: removal,
        args: { ...target(), force: t.arg.boolean({ description: forceHelp }) },
        resolve: (_, args, { deps, ctx }) =>
          purgeAsset(deps, ctx, { ...parseTarget(args), force: args.force ?? false }),
      }),
    }
  })
}
