import { parseArguments } from '../../../kernel/parse.ts'
import { type Page, idParams, pageQuery } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import type { ReferenceDto, RemovalDto } from './schemas.ts'
import { listReferences } from './service/list-references.ts'

/** The type of what the removal of an asset answers. */
export type RemovalRef = ReturnType<typeof referencesGraphql>

/** Adds where assets are used to the schema. Returns what the removal of an asset answers. */
export function referencesGraphql(builder: GraphqlBuilder) {
  const reference = builder.objectRef<ReferenceDto>('MediaReference').implement({
    description: 'A thing that shows an asset, and where.',
    fields: (t) => ({
      ownerType: t.exposeString('ownerType'),
      ownerId: t.exposeID('ownerId'),
      place: t.exposeString('place'),
    }),
  })
  const page = builder.objectRef<Page<ReferenceDto>>('MediaReferencePage').implement({
    fields: (t) => ({
      items: t.expose('items', { type: [reference] }),
      nextCursor: t.exposeString('nextCursor', { nullable: true }),
    }),
  })
  builder.queryFields((t) => ({
    mediaReferences: t.field({
      type: page,
      args: { id: t.arg.id({ required: true }), limit: t.arg.int(), cursor: t.arg.string() },
      resolve: (_, { id, ...args }, { deps, ctx }) =>
        listReferences(deps, ctx, {
          ...parseArguments(pageQuery, args),
          ...parseArguments(idParams, { id }),
        }),
    }),
  }))
  return builder.objectRef<RemovalDto>('MediaRemoval').implement({
    fields: (t) => ({
      broken: t.expose('broken', {
        type: [reference],
        description: 'What showed the asset and shows nothing in its place, the first 100.',
      }),
    }),
  })
}
