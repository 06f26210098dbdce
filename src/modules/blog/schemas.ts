import * as z from 'zod'
import { limits } from '../../kernel/limits.ts'

/** What a tenant may set of its blog. */
export const blogSettings = z.strictObject({
  title: z.string().max(limits.text.title).default('Blog').describe('The title of feeds.'),
  description: z
    .string()
    .max(limits.text.excerpt)
    .default('')
    .describe('The description of feeds.'),
  siteUrl: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ }).max(limits.text.url)])
    .default('')
    .describe('The site that shows the posts; empty for this API’s own address.'),
  postPath: z
    .string()
    .max(200)
    .regex(/^\/.*\{slug\}/)
    .default('/blog/{slug}')
    .describe(
      'The path of a post on the site; {slug} and {locale} are filled in. Without {locale} ' +
        'it begins with /{locale} in locales other than the default.',
    ),
})

export type BlogSettings = z.infer<typeof blogSettings>
