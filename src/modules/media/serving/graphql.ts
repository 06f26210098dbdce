import { parseArguments } from '../../../kernel/parse.ts'
import { idParams } from '../../../kernel/schemas.ts'
import type { GraphqlBuilder } from '../../../ports/graphql.ts'
import { type LinkDto, linkBody } from '../assets/index.ts'
import { signLink } from './service/sign-link.ts'

/** Adds signed links to the schema. */
export function servingGraphql(builder: GraphqlBuilder): void {
  const link = builder.objectRef<LinkDto>('MediaLink').implement({
    description: 'Reads the current file of an asset without any other right.',
    fields: (t) => ({
      url: t.exposeString('url'),
      expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    }),
  })
  builder.mutationFields((t) => ({
    createMediaLink: t.field({
      type: link,
      args: { id: t.arg.id({ required: true }), expiresSeconds: t.arg.int() },
      resolve: (_, { id, ...args }, { deps, ctx }) =>
        signLink(deps, ctx, {
          ...parseArguments(linkBody, args),
          ...parseArguments(idParams, { id }),
        }),
    }),
  }))
}
