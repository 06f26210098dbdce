import { systemContext } from '../../kernel/context.ts'
import { AppError } from '../../kernel/errors.ts'
import { ensureFirstAdministrator } from '../../modules/auth/index.ts'
import { provisionTenant } from '../../modules/tenants/index.ts'
import type { Isolate } from '../isolate.ts'
import { modules } from '../modules.ts'
import { depsOf } from './deps.ts'

/** The slug of the tenant whose super administrators manage tenants. */
export const CONTROL_SLUG = 'control'

/** Work that a deployment needs once; each piece is safe to repeat. */
const initializers: readonly { name: string; run: (isolate: Isolate) => Promise<void> }[] = [
  { name: 'telemetry', run: announce },
  { name: 'first administrator', run: async (isolate) => void (await ensureControl(isolate)) },
]

const initialized = new WeakSet<Isolate>()

/**
 * Runs the initializers, once per isolate; the cron tick calls it, so a fresh deployment is ready
 * within a minute. One that fails is told to the log and runs again at the next call.
 */
export async function initialize(isolate: Isolate): Promise<void> {
  if (initialized.has(isolate)) return
  let isDone = true
  for (const initializer of initializers) {
    try {
      await initializer.run(isolate)
    } catch (error) {
      isDone = false
      const reason = error instanceof AppError ? error.errors?.[0]?.detail : undefined
      isolate.shared.telemetry.error('initializer failed', error, {
        initializer: initializer.name,
        reason,
      })
    }
  }
  if (isDone) initialized.add(isolate)
}

async function announce(isolate: Isolate): Promise<void> {
  isolate.shared.telemetry.gauge('rustok_build_info', 1, { environment: isolate.config.app.env })
}

/** Makes the control tenant and its first administrator from the configuration; null without one. */
export async function ensureControl(
  isolate: Isolate,
): Promise<{ slug: string; email: string } | null> {
  const { email, password } = isolate.config.first_admin
  if (email === undefined || password === undefined) return null
  const deps = depsOf(isolate)
  const id = deps.ids.next()
  const call = { requestId: id, now: deps.clock.now() }
  if (!(await deps.tenants.find({ kind: 'slug', value: CONTROL_SLUG }))) {
    await provisionTenant(deps, call, {
      slug: CONTROL_SLUG,
      name: 'Control',
      isControl: true,
      modules: [],
    })
  }
  const tenant = await deps.tenants.find({ kind: 'slug', value: CONTROL_SLUG })
  if (!tenant) throw new Error('the control tenant is not there after it was made')
  const permissions = modules.flatMap((module) =>
    module.permissions.map((permission) => permission.name),
  )
  const ctx = systemContext(tenant, { name: 'initializer', permissions, id, now: call.now })
  await ensureFirstAdministrator(deps, ctx, { email, password })
  return { slug: CONTROL_SLUG, email }
}
