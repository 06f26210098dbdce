import { parseArguments, parseTarget, parseWith } from '../../../kernel/parse.ts'
import { idParams } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import { type FolderDto, createFolderBody, updateFolderBody } from './schemas.ts'
import {
  createFolder,
  deleteFolder,
  getFolder,
  listFolders,
  updateFolder,
} from './service/folders.ts'

const versionHelp = 'The version that is replaced; any when left out.'

function addFolder(builder: GraphqlBuilder) {
  return builder.objectRef<FolderDto>('MediaFolder').implement({
    fields: (t) => ({
      id: t.exposeID('id'),
      parentId: t.exposeID('parentId', { nullable: true }),
      name: t.exposeString('name'),
      version: t.exposeInt('version'),
    }),
  })
}

/** Adds folders to the schema. */
export function foldersGraphql(builder: GraphqlBuilder): void {
  const folder = addFolder(builder)
  builder.queryFields((t) => ({
    mediaFolders: t.field({
      type: [folder],
      resolve: async (_, __, { deps, ctx }) => (await listFolders(deps, ctx)).items,
    }),
    mediaFolder: t.field({
      type: folder,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getFolder(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
  addChanges(builder, folder)
}

function addChanges(builder: GraphqlBuilder, folder: ReturnType<typeof addFolder>): void {
  const input = builder.inputType('MediaFolderInput', {
    fields: (t) => ({ name: t.string(), parentId: t.id() }),
  })
  builder.mutationFields((t) => ({
    createMediaFolder: t.field({
      type: folder,
      args: { input: t.arg({ type: input, required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        createFolder(deps, ctx, parseWith(createFolderBody, { ...args.input }, '/input')),
    }),
    updateMediaFolder: t.field({
      type: folder,
      args: {
        id: t.arg.id({ required: true }),
        version: t.arg.int({ description: versionHelp }),
        input: t.arg({ type: input, required: true }),
      },
      resolve: (_, args, { deps, ctx }) =>
        updateFolder(deps, ctx, {
          ...parseWith(updateFolderBody, { ...args.input }, '/input'),
          ...parseTarget(args),
        }),
    }),
    deleteMediaFolder: t.boolean({
      args: { id: t.arg.id({ required: true }), version: t.arg.int({ description: versionHelp }) },
      resolve: async (_, args, { deps, ctx }) => {
        await deleteFolder(deps, ctx, parseTarget(args))
        return true
      },
    }),
  }))
}
