import { auditModule } from '../modules/audit/index.ts'
import { apiKeysModule } from '../modules/api-keys/index.ts'
import { authModule } from '../modules/auth/index.ts'
import { eventsModule } from '../modules/events/index.ts'
import { jobsModule } from '../modules/jobs/index.ts'
import { mediaModule } from '../modules/media/index.ts'
import { mailModule } from '../modules/mail/index.ts'
import { blogModule } from '../modules/blog/index.ts'
import { schedulesModule } from '../modules/schedules/index.ts'
import { rbacModule } from '../modules/rbac/index.ts'
import { tenantsModule } from '../modules/tenants/index.ts'
import { transferModule } from '../modules/transfer/index.ts'
import { webhooksModule } from '../modules/webhooks/index.ts'
import type { Manifest } from '../ports/module.ts'

/** Every module, in import order: a module may use the ones before it. */
export const modules: readonly Manifest[] = [
  tenantsModule,
  rbacModule,
  eventsModule,
  jobsModule,
  schedulesModule,
  auditModule,
  mailModule,
  authModule,
  apiKeysModule,
  mediaModule,
  webhooksModule,
  blogModule,
  transferModule,
]
