import { describe, expect, it } from 'vitest'
import { type SourceFile, placeOf, sourcesIn, visit } from '../../scripts/check/source.ts'
import { errorCatalogue } from '../../src/app/catalogue.ts'
import { modules } from '../../src/app/modules.ts'
import { defineErrors } from '../../src/kernel/errors.ts'

/** The codes of every `defineErrors('module', { key: … })` of a file. */
function codesIn(file: SourceFile): string[] {
  const codes: string[] = []
  visit(file, {
    CallExpression({ callee, arguments: [module, entries], start }) {
      if (callee.type !== 'Identifier' || callee.name !== 'defineErrors') return
      if (module?.type !== 'Literal' || entries?.type !== 'ObjectExpression')
        throw new Error(`${placeOf(file, start)} does not write its errors out`)
      const keys = entries.properties.map((property) => {
        if (property.type === 'Property' && property.key.type === 'Identifier')
          return property.key.name
        throw new Error(`${placeOf(file, property.start)} is no name of an error`)
      })
      const declared = defineErrors(
        String(module.value),
        Object.fromEntries(keys.map((key) => [key, [400, '']] as const)),
      )
      codes.push(...Object.values(declared).map(({ code }) => code))
    },
  })
  return codes
}

describe('the catalogue of errors', () => {
  it('has every error that the code declares, each under a code of its own', async () => {
    const files = (await sourcesIn('src')).filter(({ text }) => text.includes('defineErrors('))
    const declared = files.flatMap(codesIn)
    const listed = errorCatalogue(modules).map(({ code }) => code)
    expect(listed.toSorted()).toEqual(declared.toSorted())
  })
})
