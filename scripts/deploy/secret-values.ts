import { StepError } from '../support/main.ts'
import { newSecret, newSigningKeys } from '../support/secrets.ts'

/** Secrets that a deployment may have. They are set when the operator's shell has them. */
const optionalSecrets = [
  'FIRST_ADMIN_EMAIL',
  'FIRST_ADMIN_PASSWORD',
  'SERVER_METRICS_TOKEN',
  'DATABASE_AUTH_TOKEN',
] as const

type Shell = Readonly<Record<string, string | undefined>>

/** The optional secrets that the operator's shell has. */
export const givenSecrets = (shell: Shell): string[] =>
  optionalSecrets.filter((name) => (shell[name] ?? '') !== '')

const generators: Readonly<Record<string, () => string | Promise<string>>> = {
  APP_SECRET: newSecret,
  AUTH_SIGNING_KEYS: newSigningKeys,
}

/**
 * Values for the secrets of these names: the operator's own from the shell, else new random ones.
 * Throws `StepError` for a name that has neither.
 */
export async function secretValues(
  names: readonly string[],
  shell: Shell,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {}
  for (const name of names) {
    const own = shell[name]
    const value = own !== undefined && own !== '' ? own : await generators[name]?.()
    if (value === undefined)
      throw new StepError(`The secret ${name} has no value: set it in the shell`)
    values[name] = value
  }
  return values
}
