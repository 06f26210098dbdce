import { parseArguments, parseTarget, parseWith } from '../../../kernel/parse.ts'
import { type Page, idParams, pageQuery } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import { type AuthorDto, createAuthorBody, updateAuthorBody } from './schemas.ts'
import {
  createAuthor,
  deleteAuthor,
  getAuthor,
  listAuthors,
  updateAuthor,
} from './service/authors.ts'

const versionHelp = 'The version that is replaced; any when left out.'

/** Adds authors to the schema. */
export function authorGraphql(builder: GraphqlBuilder): void {
  const author = addAuthor(builder)
  addAuthorQueries(builder, author)
  addAuthorMutations(builder, author)
}

type AuthorRef = ReturnType<typeof addAuthor>

function addAuthor(builder: GraphqlBuilder) {
  return builder.objectRef<AuthorDto>('Author').implement({
    fields: (t) => ({
      id: t.exposeID('id'),
      slug: t.exposeString('slug'),
      name: t.exposeString('name'),
      website: t.exposeString('website', { nullable: true }),
      userId: t.exposeID('userId', {
        nullable: true,
        description: 'The account of the author, for those who manage authors.',
      }),
      version: t.exposeInt('version'),
    }),
  })
}

function addAuthorQueries(builder: GraphqlBuilder, author: AuthorRef): void {
  const page = builder.objectRef<Page<AuthorDto>>('AuthorPage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [author] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  builder.queryFields((t) => ({
    authors: t.field({
      type: page,
      nullable: true,
      args: { limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, args, { deps, ctx }) => listAuthors(deps, ctx, parseArguments(pageQuery, args)),
    }),
    author: t.field({
      type: author,
      nullable: true,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, args, { deps, ctx }) => getAuthor(deps, ctx, parseArguments(idParams, args)),
    }),
  }))
}

function addAuthorMutations(builder: GraphqlBuilder, author: AuthorRef): void {
  const input = builder.inputType('AuthorInput', {
    fields: (t) => ({ name: t.string(), slug: t.string(), website: t.string(), userId: t.id() }),
  })
  builder.mutationFields((t) => ({
    createAuthor: t.field({
      type: author,
      nullable: true,
      args: { input: t.arg({ type: input, required: true }) },
      resolve: (_, args, { deps, ctx }) =>
        createAuthor(deps, ctx, parseWith(createAuthorBody, { ...args.input }, '/input')),
    }),
    updateAuthor: t.field({
      type: author,
      nullable: true,
      args: {
        id: t.arg.id({ required: true }),
        version: t.arg.int({ description: versionHelp }),
        input: t.arg({ type: input, required: true }),
      },
      resolve: (_, args, { deps, ctx }) =>
        updateAuthor(deps, ctx, {
          ...parseWith(updateAuthorBody, { ...args.input }, '/input'),
          ...parseTarget(args),
        }),
    }),
    deleteAuthor: t.boolean({
      nullable: true,
      args: { id: t.arg.id({ required: true }), version: t.arg.int({ description: versionHelp }) },
      resolve: async (_, args, { deps, ctx }) => {
        await deleteAuthor(deps, ctx, parseTarget(args))
        return true
      },
    }),
  }))
}
