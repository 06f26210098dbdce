import axe from 'axe-core'
import type { Page } from 'playwright-core'
import * as z from 'zod'

const result = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
})

/** What axe finds wrong on a page, by all of its rules: the rule and the start of each element. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = result.parse(
    await page.evaluate("axe.run({ resultTypes: ['violations'] })"),
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`),
  )
}
