import { dictionary } from '@zxcvbn-ts/language-common'
import { packTexts } from '../src/kernel/text-set.ts'
import { writeFresh } from './support/fresh.ts'
import { runMain, StepError } from './support/main.ts'
import { inRoot } from './support/paths.ts'

const WANTED = 3_000
const MIN_LENGTH = 8

/**
 * Writes the most common passwords that our length rule lets through, for the rule that refuses
 * them. The list is the one of zxcvbn (MIT), ordered by how often each was seen in leaks.
 */
async function main(): Promise<number> {
  const common = dictionary['passwords-common']
    .filter((password) => password.length >= MIN_LENGTH)
    .slice(0, WANTED)
  // They are compared in lower case.
  const isPlain = common.every((password) => /^[!-@[-~]+$/.test(password))
  if (common.length < WANTED || !isPlain)
    throw new StepError('The list of common passwords has changed its shape')
  const text = `export const commonPasswords: string = ${JSON.stringify(packTexts(common))}\n`
  await writeFresh(inRoot('.generated', 'common-passwords.ts'), text)
  return 0
}

await runMain('Usage: node scripts/generate-common-passwords.ts', main)
