import { chmod, readFile, rename, writeFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import { newPassword, newSecret, newSigningKeys } from '../support/secrets.ts'

/** Everything that the Worker of this machine reads from `.dev.vars`. */
export const localSecretNames = [
  'APP_SECRET',
  'AUTH_SIGNING_KEYS',
  'FIRST_ADMIN_EMAIL',
  'FIRST_ADMIN_PASSWORD',
  'DEMO_PASSWORD',
] as const

export type LocalSecretName = (typeof localSecretNames)[number]
export type LocalSecrets = Readonly<Record<LocalSecretName, string>>

const generators: Readonly<Record<LocalSecretName, () => string | Promise<string>>> = {
  APP_SECRET: newSecret,
  AUTH_SIGNING_KEYS: newSigningKeys,
  FIRST_ADMIN_EMAIL: () => 'admin@platform.example',
  FIRST_ADMIN_PASSWORD: newPassword,
  DEMO_PASSWORD: newPassword,
}

const readIfPresent = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

/** The local secrets as far as the file at `path` holds them; none when there is no such file. */
export async function readLocalSecrets(path: string): Promise<Partial<LocalSecrets>> {
  return parseEnv(await readIfPresent(path))
}

const line = (name: string, value: string): string => `${name}='${value}'\n`

/**
 * Makes sure that every local secret exists in the file at `path`, readable by its owner only.
 * A value that is there is never changed; what is missing is added at the end.
 * @returns the secrets, and the names of those that were made in this call
 */
export async function ensureLocalSecrets(
  path: string,
): Promise<{ readonly secrets: LocalSecrets; readonly created: readonly LocalSecretName[] }> {
  const present = await readIfPresent(path)
  const known = parseEnv(present)
  const created: LocalSecretName[] = []
  const valueOf = async (name: LocalSecretName): Promise<string> => {
    const value = known[name]
    if (value !== undefined && value !== '') return value
    created.push(name)
    return generators[name]()
  }
  const secrets: LocalSecrets = {
    APP_SECRET: await valueOf('APP_SECRET'),
    AUTH_SIGNING_KEYS: await valueOf('AUTH_SIGNING_KEYS'),
    FIRST_ADMIN_EMAIL: await valueOf('FIRST_ADMIN_EMAIL'),
    FIRST_ADMIN_PASSWORD: await valueOf('FIRST_ADMIN_PASSWORD'),
    DEMO_PASSWORD: await valueOf('DEMO_PASSWORD'),
  }
  if (created.length > 0) {
    const kept = present === '' || present.endsWith('\n') ? present : `${present}\n`
    const added = created.map((name) => line(name, secrets[name])).join('')
    await writeFile(`${path}.new`, kept + added, { mode: 0o600 })
    await rename(`${path}.new`, path)
  }
  await chmod(path, 0o600)
  return { secrets, created }
}

/** Gives a local secret another value in the file at `path`; the others stay. */
export async function replaceLocalSecret(
  path: string,
  name: LocalSecretName,
  value: string,
): Promise<void> {
  const lines = (await readIfPresent(path)).split('\n')
  const others = lines.filter((one) => one !== '' && !one.startsWith(`${name}=`))
  const text = [...others, ''].join('\n') + line(name, value)
  await writeFile(`${path}.new`, text, { mode: 0o600 })
  await rename(`${path}.new`, path)
}
