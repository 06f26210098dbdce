import type * as z from 'zod'
import type { RequestContext } from '../../../kernel/context.ts'
import { localeChain } from '../../../kernel/locale.ts'
import { parseArguments, parseTarget, parseWith, withoutNulls } from '../../../kernel/parse.ts'
import { idParams } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder, GraphqlContext } from '../../../ports/graphql.ts'
import type { PostAction } from './domain.ts'
import {
  type Cover,
  type Post,
  type PostSummary,
  createPostBody,
  localeQuery,
  publishBody,
  slugParams,
  translationBody,
  translationParams,
  updatePostBody,
} from './schemas.ts'
import { changeStatus, deletePost } from './service/change-status.ts'
import { createPost } from './service/create-post.ts'
import { canDo, getPost, getPostBySlug } from './service/read-posts.ts'
import { type TextName, loadTextOnce } from './service/load-text.ts'
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

type PostRef = ReturnType<typeof postRef>

/** The context of a field that may ask for a locale of its own. Throws 422 for one that is none. */
export function inLocale(ctx: RequestContext, asked: string | null | undefined): RequestContext {
  const { locale } = parseArguments(localeQuery, { locale: asked })
  if (locale === undefined) return ctx
  const [first = ctx.tenant.defaultLocale, ...rest] = localeChain(
    ctx.tenant.locales,
    locale,
    ctx.tenant.defaultLocale,
  )
  return { ...ctx, locales: [first, ...rest] }
}

function postRef(builder: GraphqlBuilder) {
  return builder.objectRef<PostSummary | Post>('Post')
}

function addPost(builder: GraphqlBuilder) {
  const parts = addParts(builder)
  const post = postRef(builder)
  post.implement({
    description:
      'A post in one locale. What the caller’s roles do not show is null; a published post is public.',
  })
  addTexts(builder, post)
  builder.objectFields(post, (t) => ({
    id: t.exposeID('id'),
    status: t.field({ type: parts.status, resolve: (parent) => parent.status }),
    cover: t.field({ type: parts.cover, nullable: true, resolve: (parent) => parent.cover }),
    author: t.field({ type: parts.author, nullable: true, resolve: (parent) => parent.author }),
    category: t.field({
      type: parts.category,
      nullable: true,
      resolve: (parent) => parent.category,
    }),
    tags: t.field({ type: [parts.tag], resolve: (parent) => parent.tags }),
    seo: t.field({ type: parts.seo, nullable: true, resolve: (parent) => parent.seo }),
    publishAt: t.expose('publishAt', { type: 'DateTime', nullable: true }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    version: t.exposeInt('version'),
    isOwn: t.exposeBoolean('isOwn', { description: 'Whether the caller wrote it.' }),
    can: t.boolean({
      description: 'Whether the caller may do something to it, also to all of the fields named.',
      args: { permission: t.arg.string({ required: true }), fields: t.arg.stringList() },
      resolve: (parent, { permission, fields }, { deps, ctx }) =>
        canDo(deps, ctx, { post: parent, permission, fields: fields ?? [] }),
    }),
  }))
  return { post, status: parts.status }
}

/** What a text of a post weighs in the cost of an operation: it may be a million characters long. */
const textCost = { cost: { weight: 18 } }

function addTexts(builder: GraphqlBuilder, post: PostRef): void {
  builder.objectFields(post, (t) => ({
    locale: t.exposeString('locale'),
    availableLocales: t.exposeStringList('availableLocales'),
    slug: t.exposeString('slug'),
    title: t.exposeString('title'),
    excerpt: t.exposeString('excerpt', { nullable: true }),
    body: t.string({
      nullable: true,
      description: 'Markdown.',
      extensions: textCost,
      resolve: (parent, _, context) => textOf(parent, context, 'body'),
    }),
    html: t.string({
      nullable: true,
      description: 'The body as safe HTML.',
      extensions: textCost,
      resolve: (parent, _, context) => textOf(parent, context, 'html'),
    }),
  }))
}

function addCover(builder: GraphqlBuilder) {
  return builder.objectRef<Cover>('Cover').implement({
    fields: (t) => ({
      assetId: t.exposeID('assetId', { nullable: true }),
      url: t.exposeString('url'),
      alt: t.exposeString('alt'),
      width: t.exposeInt('width', { nullable: true }),
      height: t.exposeInt('height', { nullable: true }),
      blurhash: t.exposeString('blurhash', { nullable: true }),
      color: t.exposeString('color', { nullable: true }),
      srcset: t.exposeString('srcset', { nullable: true }),
    }),
  })
}

function addParts(builder: GraphqlBuilder) {
  const status = builder.enumType('PostStatus', {
    values: {
      DRAFT: { value: 'draft' },
      PUBLISHED: { value: 'published' },
      ARCHIVED: { value: 'archived' },
    } as const,
  })
  const cover = addCover(builder)
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
  const seo = builder.objectRef<NonNullable<PostSummary['seo']>>('Seo').implement({
    fields: (t) => ({
      title: t.string({ nullable: true, resolve: (parent) => parent.title }),
      description: t.string({ nullable: true, resolve: (parent) => parent.description }),
      imageUrl: t.string({ nullable: true, resolve: (parent) => parent.imageUrl }),
      canonicalUrl: t.string({ nullable: true, resolve: (parent) => parent.canonicalUrl }),
      noIndex: t.boolean({ resolve: (parent) => parent.noIndex ?? false }),
    }),
  })
  return { status, cover, author, category, tag, seo }
}

/** A post's text: at hand for a single post, read for a post of a list (one trip for all of them). */
async function textOf(
  parent: PostSummary | Post,
  { deps, ctx }: GraphqlContext,
  name: TextName,
): Promise<string | null> {
  const texts = 'body' in parent ? parent : await loadTextOnce(deps, ctx, parent, name)
  return texts[name]
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

const version = 'The version that is replaced; any when left out.'

function addMutations(builder: GraphqlBuilder, { post }: { post: PostRef }): void {
  addTextMutations(builder, post)
  addStatusMutations(builder, post)
}

function addTextMutations(builder: GraphqlBuilder, post: PostRef): void {
  const inputs = addInputs(builder)
  builder.mutationFields((t) => ({
    createPost: t.field({
      type: post,
      nullable: true,
      args: { input: t.arg({ type: inputs.create, required: true }) },
      resolve: (_, { input }, { deps, ctx }) =>
        createPost(deps, ctx, parseInputObject(createPostBody, withoutNulls(input))),
    }),
    updatePost: t.field({
      type: post,
      nullable: true,
      args: {
        id: t.arg.id({ required: true }),
        version: t.arg.int({ description: version }),
        input: t.arg({ type: inputs.update, required: true }),
      },
      resolve: (_, args, { deps, ctx }) => {
        const { locale, ...rest } = args.input
        const changes = parseInputObject(updatePostBody, locale === null ? rest : args.input)
        return updatePost(deps, ctx, { ...changes, ...parseTarget(args) })
      },
    }),
    putPostTranslation: t.field({
      type: post,
      nullable: true,
      args: { ...translationArgs(t), input: t.arg({ type: inputs.translation, required: true }) },
      resolve: (_, args, { deps, ctx }) => {
        const text = parseInputObject(translationBody, withoutNulls(args.input))
        return putTranslation(deps, ctx, { ...translationTarget(args), text })
      },
    }),
    deletePostTranslation: t.field({
      type: post,
      nullable: true,
      args: translationArgs(t),
      resolve: (_, args, { deps, ctx }) => deleteTranslation(deps, ctx, translationTarget(args)),
    }),
  }))
}

type MutationBuilder = Parameters<Parameters<GraphqlBuilder['mutationFields']>[0]>[0]

function translationArgs(t: MutationBuilder) {
  return {
    id: t.arg.id({ required: true }),
    locale: t.arg.string({ required: true }),
    version: t.arg.int({ description: version }),
  }
}

function translationTarget(args: {
  id: string
  locale: string
  version?: number | null | undefined
}) {
  const { locale } = parseArguments(translationParams, { id: args.id, locale: args.locale })
  return { ...parseTarget(args), locale }
}

function addStatusMutations(builder: GraphqlBuilder, post: PostRef): void {
  const targetArgs = (t: MutationBuilder) => ({
    id: t.arg.id({ required: true }),
    version: t.arg.int({ description: version }),
  })
  const statusField = (t: MutationBuilder, action: PostAction) =>
    t.field({
      type: post,
      nullable: true,
      args: targetArgs(t),
      resolve: (_, args, { deps, ctx }) =>
        changeStatus(deps, ctx, { ...parseTarget(args), action }),
    })
  const publishAt = 'A later instant schedules, an earlier one dates back.'
  builder.mutationFields((t) => ({
    publishPost: t.field({
      type: post,
      nullable: true,
      args: { ...targetArgs(t), publishAt: t.arg({ type: 'DateTime', description: publishAt }) },
      resolve: (_, args, { deps, ctx }) => {
        const body = parseArguments(publishBody, { publishAt: args.publishAt })
        const instant = body.publishAt === undefined ? undefined : Date.parse(body.publishAt)
        return changeStatus(deps, ctx, {
          ...parseTarget(args),
          action: 'publish',
          publishAt: instant,
        })
      },
    }),
    unpublishPost: statusField(t, 'unpublish'),
    archivePost: statusField(t, 'archive'),
    restorePost: statusField(t, 'restore'),
    deletePost: t.boolean({
      nullable: true,
      args: targetArgs(t),
      resolve: async (_, args, { deps, ctx }) => {
        await deletePost(deps, ctx, parseTarget(args))
        return true
      },
    }),
  }))
}

/**
 * Parses an input object. A null member counts as given, so that it can clear a field; one of a
 * member's own counts as left out, since such a member is replaced as a whole.
 */
function parseInputObject<Output>(schema: z.ZodType<Output>, input: object): Output {
  const members = Object.entries(input).map(([name, value]) => [name, withoutInnerNulls(value)])
  return parseWith(schema, Object.fromEntries(members), '/input')
}

function withoutInnerNulls(value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? withoutNulls(value) : value
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
    fields: (t) => ({ assetId: t.id(), url: t.string(), alt: t.string() }),
  })
  const texts = (t: InputBuilder, required: boolean) => ({
    title: t.string({ required }),
    body: t.string({ required }),
    slug: t.string(),
    excerpt: t.string(),
    seo: t.field({ type: seo }),
  })
  const shared = (t: InputBuilder) => ({
    authorId: t.id(),
    categoryId: t.id(),
    cover: t.field({ type: cover }),
    tags: t.stringList(),
  })
  return {
    create: builder.inputType('CreatePostInput', {
      fields: (t) => ({
        locale: t.string(),
        ...texts(t, true),
        ...shared(t),
        publish: t.boolean(),
      }),
    }),
    update: builder.inputType('UpdatePostInput', {
      fields: (t) => ({ locale: t.string(), ...texts(t, false), ...shared(t) }),
    }),
    translation: builder.inputType('PostTranslationInput', { fields: (t) => texts(t, true) }),
  }
}

type InputBuilder = Parameters<Parameters<GraphqlBuilder['inputType']>[1]['fields']>[0]
