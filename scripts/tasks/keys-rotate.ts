import * as z from 'zod'
import { readLocalSecrets, replaceLocalSecret } from '../start/local-secrets.ts'
import { UsageError } from '../support/main.ts'
import { inRoot } from '../support/paths.ts'
import { newSigningKeys } from '../support/secrets.ts'

/** What it is called, for lists of tasks. */
export const keysRotate = {
  name: 'keys:rotate',
  description: 'Makes a new key that signs access tokens; a Worker cannot write its own secrets.',
}

export const keysRotateHelp = `keys:rotate: ${keysRotate.description}
Without --url it puts a new key in front of those in .dev.vars; the one before still verifies.
With --url it prints what to deploy. AUTH_SIGNING_KEYS in the environment is the set in use.`

const keySet = z.array(z.record(z.string(), z.unknown())).min(1)

const readKeys = (text: string): z.infer<typeof keySet> => {
  try {
    return keySet.parse(JSON.parse(text))
  } catch {
    throw new UsageError('AUTH_SIGNING_KEYS is not a JSON array of keys')
  }
}

/** A new key, and it in front of the newest of the set in use. */
export async function rotatedKeys(
  current: string,
): Promise<{ readonly joined: string; readonly rotated: string; readonly alone: string }> {
  const alone = await newSigningKeys()
  const [fresh] = readKeys(alone)
  const [newest] = readKeys(current)
  return {
    joined: JSON.stringify([newest, fresh]),
    rotated: JSON.stringify([fresh, newest]),
    alone,
  }
}

const put = 'npx wrangler secret put AUTH_SIGNING_KEYS --env production'

const stepsOf = async (current: string | undefined): Promise<string> => {
  if (current === undefined) {
    return [
      'AUTH_SIGNING_KEYS is not set here, so the keys in use cannot be kept: access tokens end at once',
      'and clients refresh them.',
      `\n1. ${put}\n${await newSigningKeys()}`,
    ].join('\n')
  }
  const { joined, rotated, alone } = await rotatedKeys(current)
  return [
    `1. ${put}\n${joined}`,
    `2. When every isolate has it, after some minutes: ${put}\n${rotated}`,
    `3. After AUTH_ACCESS_SECONDS: ${put}\n${alone}`,
  ].join('\n\n')
}

/** Rotates the keys of this machine, or prints the steps for a deployment. Keys go to stdout alone. */
export async function rotateKeys(
  url: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  path: string = inRoot('.dev.vars'),
): Promise<number> {
  if (url !== undefined) {
    console.log(await stepsOf(env['AUTH_SIGNING_KEYS']))
    return 0
  }
  const { AUTH_SIGNING_KEYS: current } = await readLocalSecrets(path)
  const next = current === undefined ? await newSigningKeys() : (await rotatedKeys(current)).rotated
  await replaceLocalSecret(path, 'AUTH_SIGNING_KEYS', next)
  console.log(
    'A new key signs; the one before still verifies. A running Worker reads .dev.vars again.',
  )
  return 0
}
