import { defineModule } from '../../ports/module.ts'
import { assetEvents, fileEvents } from './assets/events.ts'
import { assetRoutes } from './assets/routes.ts'
import { folderEvents } from './folders/events.ts'
import { folderRoutes } from './folders/routes.ts'
import { mediaGraphql } from './graphql.ts'
import { removeObjectsJob, sweepObjects, sweepStrays } from './objects/index.ts'
import { mediaPermissions } from './permissions.ts'
import { mediaSettings } from './schemas.ts'
import { servingRoutes } from './serving/routes.ts'
import { mediaTasks } from './tasks.ts'
import { uploadRoutes } from './uploads/routes.ts'

/** Files of every kind: uploaded once, served anywhere. */
export const mediaModule = defineModule({
  slug: 'media',
  title: 'Media',
  kind: 'core',
  settings: mediaSettings,
  routes: [...assetRoutes, ...uploadRoutes, ...servingRoutes, ...folderRoutes],
  graphql: mediaGraphql,
  permissions: mediaPermissions,
  events: [fileEvents, assetEvents, folderEvents].flatMap((events) => Object.values(events)),
  jobs: [removeObjectsJob],
  tasks: mediaTasks,
  schedules: [
    {
      name: 'media:purge-trash',
      description: 'Deletes what has been in the trash for 30 days.',
      cron: '23 * * * *',
      task: 'media:purge-trash',
      missed: 'once',
    },
  ],
  sweeps: [
    {
      name: 'media',
      description: 'Uploads that have not ended after a day, and files that are deleted.',
      run: sweepObjects,
    },
    {
      name: 'media-strays',
      description: 'Objects of the store that the database does not know, after a day.',
      run: sweepStrays,
    },
  ],
  tables: [
    'media_asset_tags',
    'media_files',
    'media_assets',
    'media_folders',
    'media_objects',
    'media_totals',
  ],
  transfers: {
    media_objects: { objectKeys: ['storage_key'] },
    media_totals: { made: { walked_at: 0, walk_cursor: null } },
  },
})
