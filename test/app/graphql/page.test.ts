import { expect, test } from 'vitest'
import { graphiqlAssets } from '../../../scripts/assets/graphiql.ts'
import { graphiqlPage } from '../../../src/app/graphql/page.ts'

const html = graphiqlPage()

test('the page of GraphiQL has nothing inline that a policy would have to allow', () => {
  expect(html.match(/<script(?![^>]*\ssrc=)[^>]*>/g)).toBeNull()
  expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i)
})

test('the page of GraphiQL loads only files that are copied to our own assets', () => {
  const loaded = [...html.matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)].map(([, url]) => url)
  expect(loaded.length).toBeGreaterThan(0)
  expect(loaded.filter((url) => !graphiqlAssets.some(({ to }) => `/assets/${to}` === url))).toEqual(
    [],
  )
})
