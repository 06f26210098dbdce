import { checkMailSection } from './mail.ts'
import { checkStorageSection } from './storage.ts'
import { type Fault, type Given, faultsIn, isPlainHttp } from './values.ts'

/**
 * What is wrong with keys beside others. It looks at the texts as they are given, so that a key that
 * is wrong by itself hides no other. An `APP_ENV` that is none counts as not production.
 */
export function checkAcross(
  given: Readonly<Record<string, Given>>,
): readonly (Fault & { readonly section: string })[] {
  const { app = {}, database = {}, auth = {}, webhooks = {}, first_admin: admin = {} } = given
  const isProduction = app['env'] === 'production'
  const faults: Readonly<Record<string, readonly Fault[]>> = {
    database: faultsIn([
      [
        database['driver'] === 'libsql' && database['url'] === undefined,
        'url',
        'is needed by the driver libsql',
      ],
      [isProduction && isPlainHttp(database['url']), 'url', 'must be https in production'],
    ]),
    auth: faultsIn([
      [
        Number(auth['sessionIdleSeconds']) > Number(auth['sessionLifetimeSeconds']),
        'sessionIdleSeconds',
        'must not be longer than AUTH_SESSION_LIFETIME_SECONDS',
      ],
    ]),
    webhooks: faultsIn([
      [
        isProduction && isPlainHttp(webhooks['resolver']),
        'resolver',
        'must be https in production',
      ],
    ]),
    first_admin: ['email', 'password']
      .filter((key) => Object.keys(admin).length === 1 && !(key in admin))
      .map((key) => ({ key, message: 'is needed by the key that goes with it' })),
    mail: checkMailSection(isProduction, given['mail'] ?? {}),
    storage: checkStorageSection(isProduction, given['storage'] ?? {}),
  }
  return Object.entries(faults).flatMap(([section, found]) =>
    found.map((fault) => ({ section, ...fault })),
  )
}
