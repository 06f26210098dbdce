import * as z from 'zod'
import type { RequestContext } from '../../../kernel/context.ts'
import { localeChain } from '../../../kernel/locale.ts'
import { parseArguments, parseWith } from '../../../kernel/parse.ts'
import { idParams } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder, GraphqlContext } from '../../../ports/graphql.ts'
import type { PostAction } from './domain.ts'
import {
  type Post,
  type PostSummary,
  createPostBody,
  publishBody,
  slugParams,
  translationBody,
  translationParams,
  updatePostBody,
} from './schemas.ts'
import { changeStatus, deletePost } from './service/change-status.ts'
import { createPost } from './service/create-post.ts'
import { getPost, getPostBySlug, loadText } from './service/read-posts.ts'
import { deleteTranslation, putTranslation, updatePost } from './service/update-post.ts'

/** Adds posts to the schema. Returns the types that other rooms' fields answer. */
export function postGraphql(builder: GraphqlBuilder): PostTypes {
  const types = addPost(builder)
  addQueries(builder, types)
  addMutations(builder, types)
  return types
}

/** The types of posts. */
export type PostTypes = ReturnType<typeof addPost>

type PostRef = PostTypes['post']

/** The context of a field that may ask for a locale of its own. */
export function inLocale(ctx: RequestContext, locale: string | null | undefined): RequestContext {
  if (locale === null || locale === undefined) return ctx
  const [first = ctx.tenant.defaultLocale, ...rest] = localeChain(
    ctx.tenant.locales,
    locale,
    ctx.tenant.defaultLocale,
  )
  return { ...ctx, locales: [first, ...rest] }
}

function addPost(builder: GraphqlBuilder) {
  const status = builder.enumType('PostStatus', {
    values: {
      DRAFT: { value: 'draft' },
      PUBLISHED: { value: 'published' },
      ARCHIVED: { value: 'archived' },
    } as const,
  })
  const cover = builder.objectRef<{ url: string; alt: string }>('Cover').implement({
    fields: (t) => ({ url: t.exposeString('url'), alt: t.exposeString('alt') }),
  })
  const author = builder.objectRef<NonNullable<PostSummary['author']>>('PostAuthor').implement({
    fields: (t) => ({
      id: t.exposeID('id'),
      slug: t.exposeString('slug'),
      name: t.exposeString('name'),
      website: t.exposeString('website', { nullable: true }),
    }),
  })
  const category = builder
    .objectRef<NonNullable<PostSummary['category']>>('PostCategory')
    .implement({
      fields: (t) => ({
        id: t.exposeID('id'),
        slug: t.exposeString('slug'),
        name: t.exposeString('name'),
      }),
    })
  const tag = builder.objectRef<{ slug: string; name: string }>('PostTag').implement({
    fields: (t) => ({ slug: t.exposeString('slug'), name: t.exposeString('name') }),
  })
  const seo = builder.objectRef<PostSummary['seo']>('Seo').implement({
    fields: (t) => ({
      title: t.string({ nullable: true, resolve: (parent) => parent.title }),
      description: t.string({ nullable: true, resolve: (parent) => parent.description }),
      imageUrl: t.string({ nullable: true, resolve: (parent) => parent.imageUrl }),
      canonicalUrl: t.string({ nullable: true, resolve: (parent) => parent.canonicalUrl }),
      noIndex: t.boolean({ resolve: (parent) => parent.noIndex ?? false }),
    }),
  })
  const post = builder.objectRef<PostSummary | Post>('Post').implement({
    description: 'A post in one locale.',
    fields: (t) => ({
      id: t.exposeID('id'),
      status: t.field({ type: status, resolve: (parent) => parent.status }),
      locale: t.exposeString('locale'),
      availableLocales: t.exposeStringList('availableLocales'),
      slug: t.exposeString('slug'),
      title: t.exposeString('title'),
      excerpt: t.exposeString('excerpt'),
      body: t.string({
        description: 'Markdown.',
        resolve: async (parent, _, context) => (await textOf(parent, context)).body,
      }),
      html: t.string({
        description: 'The body as safe HTML.',
        resolve: async (parent, _, context) => (await textOf(parent, context)).html,
      }),
      cover: t.field({ type: cover, nullable: true, resolve: (parent) => parent.cover }),
      author: t.field({ type: author, nullable: true, resolve: (parent) => parent.author }),
      category: t.field({ type: category, nullable: true, resolve: (parent) => parent.category }),
      tags: t.field({ type: [tag], resolve: (parent) => parent.tags }),
      seo: t.field({ type: seo, resolve: (parent) => parent.seo }),
      publishAt: t.expose('publishAt', { type: 'DateTime', nullable: true }),
      publishedAt: t.expose('publishedAt', { type: 'DateTime', nullable: true }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
      version: t.exposeInt('version'),
    }),
  })
  return { post, status }
}

/** A post's text: at hand for a single post, read for a post of a list (one trip for all of them). */
async function textOf(
  parent: PostSummary | Post,
  { deps, ctx }: GraphqlContext,
): Promise<{ body: string; html: string }> {
  return 'body' in parent ? parent : loadText(deps, ctx, parent)
}

function addQueries(builder: GraphqlBuilder, { post }: { post: PostRef }): void {
  builder.queryFields((t) => ({
    post: t.field({
      type: post,
      nullable: true,
      args: { id: t.arg.id({ required: true }), locale: t.arg.string() },
      resolve: (_, { id, locale }, { deps, ctx }) =>
        getPost(deps, inLocale(ctx, locale), parseArguments(idParams, { id })),
    }),
    postBySlug: t.field({
      type: post,
      nullable: true,
      args: { slug: t.arg.string({ required: true }), locale: t.arg.string() },
      resolve: (_, { slug, locale }, { deps, ctx }) =>
        getPostBySlug(deps, inLocale(ctx, locale), parseArguments(slugParams, { slug })),
    }),
  }))
}

function addMutations(builder: GraphqlBuilder, refs: { post: PostRef }): void {
  const { post } = refs
  const inputs = addInputs(builder)
  const version = 'The version that is replaced; any when left out.'
  const writeArgs = z.object({ id: idParams.shape.id, version: z.int().optional() })
  const target = (args: { id: string; version?: number | null | undefined }) => {
    const { id, version: seen } = parseArguments(writeArgs, { id: args.id, version: args.version })
    return { id, ifMatch: seen }
  }
  builder.mutationFields((t) => ({
    createPost: t.field({
      type: post,
      nullable: true,
      args: { input: t.arg({ type: inputs.create, required: true }) },
      resolve: (_, { input }, { deps, ctx }) =>
        createPost(deps, ctx, parseInputObject(createPostBody, input)),
    }),
    updatePost: t.field({
      type: post,
      nullable: true,
      args: {
        id: t.arg.id({ required: true }),
        version: t.arg.int({ description: version }),
        input: t.arg({ type: inputs.update, required: true }),
      },
      resolve: (_, args, { deps, ctx }) =>
        updatePost(deps, ctx, { ...parseInputObject(updatePostBody, args.input), ...target(args) }),
    }),
    putPostTranslation: t.field({
      type: post,
      nullable: true,
      args: {
        id: t.arg.id({ required: true }),
        locale: t.arg.string({ required: true }),
        version: t.arg.int({ description: version }),
        input: t.arg({ type: inputs.translation, required: true }),
      },
      resolve: (_, args, { deps, ctx }) => {
        const { locale } = parseArguments(translationParams, { id: args.id, locale: args.locale })
        return putTranslation(deps, ctx, {
          ...target(args),
          locale,
          text: parseInputObject(translationBody, args.input),
        })
      },
    }),
    deletePostTranslation: t.field({
      type: post,
      nullable: true,
      args: {
        id: t.arg.id({ required: true }),
        locale: t.arg.string({ required: true }),
        version: t.arg.int({ description: version }),
      },
      resolve: (_, args, { deps, ctx }) => {
        const { locale } = parseArguments(translationParams, { id: args.id, locale: args.locale })
        return deleteTranslation(deps, ctx, { ...target(args), locale })
      },
    }),
    publishPost: t.field({
      type: post,
      nullable: true,
      args: {
        id: t.arg.id({ required: true }),
        version: t.arg.int({ description: version }),
        publishAt: t.arg({
          type: 'DateTime',
          description: 'A later instant schedules, an earlier one dates back.',
        }),
      },
      resolve: (_, args, { deps, ctx }) => {
        const body = parseArguments(publishBody, { publishAt: args.publishAt })
        const publishAt = body.publishAt === undefined ? undefined : Date.parse(body.publishAt)
        return changeStatus(deps, ctx, { ...target(args), action: 'publish', publishAt })
      },
    }),
    deletePost: t.boolean({
      nullable: true,
      args: { id: t.arg.id({ required: true }), version: t.arg.int({ description: version }) },
      resolve: async (_, args, { deps, ctx }) => {
        await deletePost(deps, ctx, target(args))
        return true
      },
    }),
  }))
  for (const action of ['unpublish', 'archive', 'restore'] satisfies PostAction[]) {
    builder.mutationFields((t) => ({
      [`${action}Post`]: t.field({
        type: post,
        nullable: true,
        args: { id: t.arg.id({ required: true }), version: t.arg.int({ description: version }) },
        resolve: (_, args, { deps, ctx }) => changeStatus(deps, ctx, { ...target(args), action }),
      }),
    }))
  }
}

/** Parses an input object; a null member counts as given, so that it can clear a field. */
function parseInputObject<Output>(schema: z.ZodType<Output>, input: object): Output {
  return parseWith(schema, { ...input }, '/input')
}

function addInputs(builder: GraphqlBuilder) {
  const seo = builder.inputType('SeoInput', {
    fields: (t) => ({
      title: t.string(),
      description: t.string(),
      imageUrl: t.string(),
      canonicalUrl: t.string(),
      noIndex: t.boolean(),
    }),
  })
  const cover = builder.inputType('CoverInput', {
    fields: (t) => ({ url: t.string({ required: true }), alt: t.string() }),
  })
  const create = builder.inputType('CreatePostInput', {
    fields: (t) => ({
      locale: t.string(),
      title: t.string({ required: true }),
      body: t.string({ required: true }),
      slug: t.string(),
      excerpt: t.string(),
      seo: t.field({ type: seo }),
      authorId: t.id(),
      categoryId: t.id(),
      cover: t.field({ type: cover }),
      tags: t.stringList(),
      publish: t.boolean(),
    }),
  })
  const update = builder.inputType('UpdatePostInput', {
    fields: (t) => ({
      locale: t.string(),
      title: t.string(),
      body: t.string(),
      slug: t.string(),
      excerpt: t.string(),
      seo: t.field({ type: seo }),
      authorId: t.id(),
      categoryId: t.id(),
      cover: t.field({ type: cover }),
      tags: t.stringList(),
    }),
  })
  const translation = builder.inputType('PostTranslationInput', {
    fields: (t) => ({
      title: t.string({ required: true }),
      body: t.string({ required: true }),
      slug: t.string(),
      excerpt: t.string(),
      seo: t.field({ type: seo }),
    }),
  })
  return { create, update, translation }
}
