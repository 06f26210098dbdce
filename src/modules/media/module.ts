import { defineModule } from '../../ports/module.ts'
import { assetEvents, fileEvents } from './assets/events.ts'
import { assetRoutes } from './assets/routes.ts'
import { directRoutes } from './direct/routes.ts'
import { bulkFinished } from './bulk/events.ts'
import { bulkJob } from './bulk/jobs.ts'
import { bulkRoutes } from './bulk/routes.ts'
import { mediaErrors } from './errors.ts'
import { folderEvents } from './folders/events.ts'
import { folderRoutes } from './folders/routes.ts'
import { mediaGraphql } from './graphql.ts'
import { removeObjectsJob, sweepObjects, sweepStrays } from './objects/index.ts'
import { mediaPermissions } from './permissions.ts'
import { referenceRoutes } from './references/routes.ts'
import { resumableRoutes } from './resumable/routes.ts'
import { mediaSettings } from './schemas.ts'
import { lookJob, pictureEvents } from './serving/index.ts'
import { servingRoutes } from './serving/routes.ts'
import { mediaTasks } from './tasks.ts'
import { uploadRoutes } from './uploads/routes.ts'
import { sweepWaiting } from './waiting/index.ts'

/** Files of every kind: uploaded once, served anywhere. */
export const mediaModule = defineModule({
  slug: 'media',
  title: 'Media',
  kind: 'core',
  settings: mediaSettings,
  routes: [
    ...assetRoutes,
    ...uploadRoutes,
    ...resumableRoutes,
    ...directRoutes,
    ...servingRoutes,
    ...folderRoutes,
    ...referenceRoutes,
    ...bulkRoutes,
  ],
  graphql: mediaGraphql,
  permissions: mediaPermissions,
  errors: mediaErrors,
  events: [fileEvents, assetEvents, pictureEvents, folderEvents, { bulkFinished }].flatMap(
    (events) => Object.values(events),
  ),
  jobs: [removeObjectsJob, lookJob, bulkJob],
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
      name: 'media-uploads',
      description: 'Files that came in pieces or straight to the store, after a day.',
      run: sweepWaiting,
    },
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
    'media_references',
    'media_bulks',
    'media_asset_tags',
    'media_files',
    'media_assets',
    'media_folders',
    'media_uploads',
    'media_objects',
    'media_totals',
  ],
  subjects: {
    media_bulks: {
      links: [{ column: 'user_id', is: 'user' }],
      erasure: { kept: 'by the id alone' },
    },
    media_uploads: {
      links: [{ column: 'user_id', is: 'user' }],
      leftOut: 'is on its way in',
      erasure: { kept: 'by the id alone, for a day' },
    },
    media_assets: {
      links: [{ column: 'created_by', is: 'user' }],
      erasure: { kept: 'by the id alone' },
    },
    media_files: {
      links: [{ column: 'asset_id', is: { rowOf: 'media_assets' } }],
      erasure: { kept: 'files of the tenant' },
    },
    media_asset_tags: {
      links: [{ column: 'asset_id', is: { rowOf: 'media_assets' } }],
      erasure: { kept: 'files of the tenant' },
    },
  },
  transfers: {
    media_assets: { json: ['tags', 'texts'] },
    media_files: { json: ['picture'] },
    media_objects: { objectKeys: ['storage_key'] },
    media_bulks: { leftOut: 'work of this deployment' },
    media_uploads: { leftOut: 'is on its way in' },
    media_totals: { made: { walked_at: 0, walk_cursor: null } },
  },
})
