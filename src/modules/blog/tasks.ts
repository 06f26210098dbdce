import * as z from 'zod'
import type { TaskDefinition } from '../../kernel/module.ts'
import type { Deps } from '../../ports/deps.ts'
import { importBody } from './posts/schemas.ts'
import { importPosts } from './posts/service/import-posts.ts'
import { publishEverywhere } from './scheduling/index.ts'

export const blogTasks: readonly TaskDefinition<Deps>[] = [
  {
    name: 'blog:import',
    description: 'Import a page of posts',
    input: importBody,
    permission: 'posts:import',
    async run(deps, ctx, input, progress) {
      const result = await importPosts(deps, ctx, importBody.parse(input))
      progress(
        `${result.created} created, ${result.skipped} skipped, ${result.failed.length} failed`,
      )
      return result
    },
  },
  {
    name: 'blog:publish-due',
    description: 'Publishes the posts of all tenants whose instant has come.',
    input: z.strictObject({}),
    permission: 'maintenance:run',
    run: (deps, ctx) => publishEverywhere(deps, ctx),
  },
]
