import { defineModule } from '../../ports/module.ts'
import { authorEvents } from './authors/events.ts'
import { authorRoutes } from './authors/routes.ts'
import { blogGraphql } from './graphql.ts'
import { blogPermissions } from './permissions.ts'
import { listingRoutes } from './listing/routes.ts'
import { postErrors } from './posts/errors.ts'
import { postEvents } from './posts/events.ts'
import { findPostItem } from './posts/index.ts'
import { postRoutes } from './posts/routes.ts'
import { renewCoversSubscriber } from './covers/subscribers.ts'
import { blogSettings } from './schemas.ts'
import { seedBlog } from './seeds.ts'
import { blogTasks } from './tasks.ts'
import { taxonomyErrors } from './taxonomy/errors.ts'
import { taxonomyEvents } from './taxonomy/events.ts'
import { taxonomyRoutes } from './taxonomy/routes.ts'

/** Posts in many locales, with authors, categories, tags, feeds and a sitemap. */
export const blogModule = defineModule({
  slug: 'blog',
  title: 'Blog',
  kind: 'optional',
  settings: blogSettings,
  routes: [...listingRoutes, ...postRoutes, ...authorRoutes, ...taxonomyRoutes],
  graphql: blogGraphql,
  permissions: blogPermissions,
  errors: { ...postErrors, ...taxonomyErrors },
  events: [postEvents, authorEvents, taxonomyEvents].flatMap((events) => Object.values(events)),
  subscribers: [renewCoversSubscriber],
  tasks: blogTasks,
  schedules: [
    {
      name: 'blog:publish-due',
      description: 'Publishes the posts whose instant has come.',
      cron: '* * * * *',
      task: 'blog:publish-due',
      missed: 'once',
    },
  ],
  items: { 'blog.post': findPostItem },
  seed: seedBlog,
  tables: [
    'blog_imports',
    'blog_post_tags',
    'blog_post_translations',
    'blog_posts',
    'blog_tags',
    'blog_categories',
    'blog_authors',
  ],
  transfers: { blog_posts: { json: ['cover_picture'] } },
  subjects: {
    blog_authors: {
      links: [{ column: 'user_id', is: 'user' }],
      erasure: { kept: 'the name under which something is published, until editors change it' },
    },
    blog_posts: {
      links: [
        { column: 'created_by', is: 'user', withholds: ['author_id'] },
        { column: 'author_id', is: { rowOf: 'blog_authors' }, withholds: ['created_by'] },
      ],
      erasure: { kept: 'by the id alone' },
    },
    blog_post_translations: {
      links: [{ column: 'post_id', is: { rowOf: 'blog_posts' } }],
      erasure: { kept: 'what the tenant has published' },
    },
    blog_post_tags: {
      links: [{ column: 'post_id', is: { rowOf: 'blog_posts' } }],
      erasure: { kept: 'what the tenant has published' },
    },
  },
})
