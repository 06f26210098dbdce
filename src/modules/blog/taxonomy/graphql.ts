import { invalid } from '../../../kernel/errors.ts'
import { parseArguments, parseTarget, parseWith, withoutNulls } from '../../../kernel/parse.ts'
import { type Page, idParams, pageQuery } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import {
  type CategoryDto,
  type TagDto,
  createCategoryBody,
  renameTagBody,
  updateCategoryBody,
} from './schemas.ts'
import {
  createCategory,
  deleteCategory,
  getCategory,
  listCategories,
  updateCategory,
} from './service/categories.ts'
import { deleteTag, listTags, renameTag } from './service/tags.ts'

const versionHelp = 'The version that is replaced; any when left out.'

/** Adds categories and tags to the schema. */
export function taxonomyGraphql(builder: GraphqlBuilder): void {
  addCategories(builder)
  addTags(builder)
}

function addCategories(builder: GraphqlBuilder): void {
  const category = addCategory(builder)
  addCategoryQueries(builder, category)
  addCategoryMutations(builder, category)
}

type CategoryRef = ReturnType<typeof addCategory>

function addCategory(builder: GraphqlBuilder) {
  const name = builder.objectRef<{ locale: string; name: string }>('LocalizedName').implement({
    fields: (t) => ({ locale: t.exposeString('locale'), name: t.exposeString('name') }),
  })
  return builder.objectRef<CategoryDto>('Category').implement({
    fields: (t) => ({
      id: t.exposeID('id'),
      parentId: t.exposeID('parentId', { nullable: true }),
      slug: t.exposeString('slug'),
      names: t.field({
        type: [name],
        resolve: (parent) =>
          Object.entries(parent.names).map(([locale, text]) => ({ locale, name: text })),
      }),
      position: t.exposeInt('position'),
      version: t.exposeInt('version'),
    }),
  })
}

function addCategoryQueries(builder: GraphqlBuilder, category: CategoryRef): void {
  builder.queryFields((t) => ({
    categories: t.field({
      type: [category],
      nullable: true,
      resolve: async (_, __, { deps, ctx }) => (await listCategories(deps, ctx)).items,
    }),
    category: t.field({
      type: category,
      nullable: true,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getCategory(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
}

function addCategoryInput(builder: GraphqlBuilder) {
  const nameInput = builder.inputType('LocalizedNameInput', {
    fields: (t) => ({ locale: t.string({ required: true }), name: t.string({ required: true }) }),
  })
  return builder.inputType('CategoryInput', {
    fields: (t) => ({
      names: t.field({ type: [nameInput] }),
      slug: t.string(),
      parentId: t.id(),
      position: t.int(),
    }),
  })
}

type CategoryInput = ReturnType<typeof addCategoryInput>['$inferInput']

/** The names of an input as a record by locale. Throws 422 for a locale that is named twice. */
function readCategory({ names, ...rest }: CategoryInput) {
  if (!names) return rest
  const locales = names.map(({ locale }) => locale)
  const double = locales.findIndex((locale, index) => locales.indexOf(locale) < index)
  if (double !== -1) throw invalid(`/input/names/${double}/locale`, 'is named twice')
  return { ...rest, names: Object.fromEntries(names.map(({ locale, name }) => [locale, name])) }
}

function addCategoryMutations(builder: GraphqlBuilder, category: CategoryRef): void {
  const input = addCategoryInput(builder)
  builder.mutationFields((t) => ({
    createCategory: t.field({
      type: category,
      nullable: true,
      args: { input: t.arg({ type: input, required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        createCategory(
          deps,
          ctx,
          parseWith(createCategoryBody, withoutNulls(readCategory(args.input)), '/input'),
        ),
    }),
    updateCategory: t.field({
      type: category,
      nullable: true,
      args: {
        id: t.arg.id({ required: true }),
        version: t.arg.int({ description: versionHelp }),
        input: t.arg({ type: input, required: true }),
      },
      resolve: (_, args, { deps, ctx }) =>
        updateCategory(deps, ctx, {
          ...parseWith(updateCategoryBody, readCategory(args.input), '/input'),
          ...parseTarget(args),
        }),
    }),
    deleteCategory: t.boolean({
      nullable: true,
      args: { id: t.arg.id({ required: true }), version: t.arg.int({ description: versionHelp }) },
      resolve: async (_, args, { deps, ctx }) => {
        await deleteCategory(deps, ctx, parseTarget(args))
        return true
      },
    }),
  }))
}

function addTags(builder: GraphqlBuilder): void {
  const tag = builder.objectRef<TagDto>('Tag').implement({
    fields: (t) => ({
      id: t.exposeID('id'),
      slug: t.exposeString('slug'),
      name: t.exposeString('name'),
    }),
  })
  const page = builder.objectRef<Page<TagDto>>('TagPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [tag] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  builder.queryFields((t) => ({
    tags: t.field({
      type: page,
      nullable: true,
      args: { limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, args, { deps, ctx }) => listTags(deps, ctx, parseArguments(pageQuery, args)),
    }),
  }))
  builder.mutationFields((t) => ({
    renameTag: t.field({
      type: tag,
      nullable: true,
      args: { id: t.arg.id({ required: true }), name: t.arg.string({ required: true }) },
      resolve: (_, { id, name }, { deps, ctx }) =>
        renameTag(deps, ctx, {
          ...parseArguments(idParams, { id }),
          ...parseArguments(renameTagBody, { name }),
        }),
    }),
    deleteTag: t.boolean({
      nullable: true,
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_, args, { deps, ctx }) => {
        await deleteTag(deps, ctx, parseArguments(idParams, args))
        return true
      },
    }),
  }))
}
