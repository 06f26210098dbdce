import { describe, expect, it } from 'vitest'
import { createWorld } from '../../support/world.ts'
import { writePost } from './support.ts'

const CREATE = `mutation ($input: CreatePostInput!) {
  createPost(input: $input) { slug excerpt status locale seo { title description } tags { slug } cover { url alt } }
}`
const UPDATE = `mutation ($id: ID!, $input: UpdatePostInput!) {
  updatePost(id: $id, input: $input) { title seo { title } tags { slug } cover { url } author { id } }
}`
const PUT = `mutation ($id: ID!, $input: PostTranslationInput!) {
  putPostTranslation(id: $id, locale: "en", input: $input) { slug excerpt seo { title } }
}`
const CATEGORY = `mutation ($input: CategoryInput!) {
  createCategory(input: $input) { slug parentId position names { locale name } }
}`

describe('null in an input of GraphQL', () => {
  it('is as absent in a new post and in a text', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const texts = { slug: null, excerpt: null, seo: null }
    const shared = { authorId: null, categoryId: null, cover: null, tags: null }
    const input = { title: 'A', body: 'Text.', ...texts, ...shared, publish: null, locale: null }
    expect(await admin.graphql(CREATE, { input })).toEqual({
      data: {
        createPost: {
          slug: 'a',
          excerpt: 'Text.',
          status: 'DRAFT',
          locale: 'en',
          seo: { title: null, description: null },
          tags: [],
          cover: null,
        },
      },
    })
    const { id } = await writePost(admin)
    const text = { title: 'C', body: 'Other.', ...texts }
    expect(await admin.graphql(PUT, { id, input: text })).toEqual({
      data: { putPostTranslation: { slug: 'a-post', excerpt: 'Other.', seo: { title: null } } },
    })
  })

  it('is as absent in the members of seo and cover', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const seo = { title: 'S', description: null, imageUrl: null, canonicalUrl: null, noIndex: null }
    const cover = { assetId: null, url: 'https://e.example/a.png', alt: null }
    const answer = await admin.graphql(CREATE, { input: { title: 'A', body: 'b', seo, cover } })
    expect(answer).toMatchObject({
      data: {
        createPost: { seo: { title: 'S', description: null }, cover: { url: cover.url, alt: '' } },
      },
    })
  })

  it('clears in a change what may be empty, and nothing else', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const { id } = await writePost(admin, {
      seo: { title: 'S' },
      tags: ['x'],
      cover: { url: 'https://e.example/a.png' },
    })
    const input = { seo: null, tags: null, cover: null, authorId: null, locale: null }
    const none = { title: 'A post', seo: { title: null }, tags: [], cover: null, author: null }
    expect(await admin.graphql(UPDATE, { id, input })).toEqual({ data: { updatePost: none } })
    for (const name of ['title', 'body', 'slug']) {
      const { errors } = await admin.graphql(UPDATE, { id, input: { [name]: null } })
      expect(errors?.[0]?.extensions, name).toMatchObject({ code: 'INVALID_INPUT' })
    }
  })
})

describe('a category of GraphQL', () => {
  it('may have null for what is optional', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const names = [{ locale: 'en', name: 'News' }]
    const input = { names, slug: null, parentId: null, position: null }
    expect(await admin.graphql(CATEGORY, { input })).toEqual({
      data: { createCategory: { slug: 'news', parentId: null, position: 0, names } },
    })
  })

  it('is refused with two names in one locale', async () => {
    const world = await createWorld()
    const admin = await world.as('admin')
    const names = ['A', 'B'].map((name) => ({ locale: 'en', name }))
    const { errors } = await admin.graphql(CATEGORY, { input: { names } })
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'INVALID_INPUT',
      errors: [{ pointer: '/input/names/1/locale' }],
    })
  })
})
