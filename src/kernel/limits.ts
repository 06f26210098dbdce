/**
 * Every bound of the platform in one place. A limit is inclusive: the value itself passes, one more
 * is refused.
 */
export const limits = {
  page: { default: 20, max: 100 },
  body: { json: 1_048_576, import: 4_194_304 },
  json: { depth: 64 },
  header: { idempotencyKey: 255 },
  url: { query: 4_096 },
  text: { name: 200, slug: 200, title: 255, excerpt: 1_000, body: 1_000_000, url: 2_048 },
  account: { email: 254, passwordMin: 8, passwordMax: 128, roles: 20, refreshToken: 100 },
  tenant: { slug: 63, host: 253, domains: 20, locales: 50, origins: 50, fallbackDepth: 5 },
  blog: {
    tagsPerPost: 20,
    categoryDepth: 10,
    categories: 1_000,
    feedItems: 20,
    importPage: 50,
    translations: 50,
    relatedPerTag: 100,
  },
  graphql: {
    bodyBytes: 65_536,
    bracketDepth: 64,
    tokens: 2_000,
    depth: 10,
    aliases: 30,
    directives: 10,
    cost: 1_000,
    rootMutations: 5,
  },
  refreshGraceMilliseconds: 10_000,
} as const
