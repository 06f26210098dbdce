import type { Role } from '../../support/world.ts'
import type { Example, Examples } from './example.ts'
import {
  type House,
  type PostWish,
  addLocale,
  makeAuthor,
  makeCategory,
  makePost,
  makeTag,
  makeUser,
} from './house.ts'

/** What can be done to a post by whoever may, on a post that the same role has made. */
export function blogExamplesBy(role: Role): Examples {
  const onPost =
    (wish: PostWish, rest: Partial<Example> = {}) =>
    async (house: House) => {
      const { id } = await makePost(house, { by: role, ...wish })
      return { as: await house.as(role), params: { id }, ...rest }
    }
  const inGerman = { translated: true } as const
  return {
    createPost: async (house) => ({ as: await house.as(role), body: await fullPost(house) }),
    updatePost: async (house) => ({
      ...(await onPost({})(house)),
      body: await fullPost(house),
    }),
    deletePost: onPost({}),
    putPostTranslation: async (house) => {
      await addLocale(house, 'de')
      const { id } = await makePost(house, { by: role })
      const body = { title: house.name(), body: 'Ein Text', excerpt: 'Ein', seo: { noIndex: true } }
      return { as: await house.as(role), params: { id, locale: 'de' }, body }
    },
    deletePostTranslation: async (house) => {
      const example = await onPost(inGerman)(house)
      return { ...example, params: { ...example.params, locale: 'de' } }
    },
    publishPost: onPost({}, { body: {} }),
    unpublishPost: onPost({ publish: true }),
    archivePost: onPost({ publish: true }),
    restorePost: async (house) => {
      const example = await onPost({ publish: true })(house)
      const admin = await house.as('admin')
      await admin.json('POST', `/api/v1/blog/posts/${example.params.id}/archive`)
      return example
    },
  }
}

const reads: Examples = {
  listPosts: async (house) => ({ as: await house.as('admin'), query: await filters(house) }),
  getPostBySlug: async (house) => {
    const { slug } = await makePost(house, { publish: true })
    return { as: house.home.anonymous, params: { slug } }
  },
  getPost: onPublished,
  getPostNeighbours: onPublished,
  getRelatedPosts: onPublished,
  getRssFeed: anonymously,
  getAtomFeed: anonymously,
  getJsonFeed: anonymously,
  getSitemap: anonymously,
}

const taxonomy: Examples = {
  listAuthors: anonymously,
  getAuthor: async (house) => {
    const { id } = await makeAuthor(house)
    return { as: house.home.anonymous, params: { id } }
  },
  createAuthor: async (house) => ({
    as: await house.as('admin'),
    body: { name: house.name(), website: null, userId: (await makeUser(house)).id },
  }),
  updateAuthor: async (house) => ({
    as: await house.as('admin'),
    params: { id: (await makeAuthor(house)).id },
    body: { name: house.name(), userId: (await makeUser(house)).id },
  }),
  deleteAuthor: async (house) => ({
    as: await house.as('admin'),
    params: { id: (await makeAuthor(house)).id },
  }),
  listCategories: anonymously,
  getCategory: async (house) => {
    const { id } = await makeCategory(house)
    return { as: house.home.anonymous, params: { id } }
  },
  createCategory: async (house) => ({
    as: await house.as('admin'),
    body: { names: { en: house.name() }, parentId: (await makeCategory(house)).id, position: 1 },
  }),
  updateCategory: async (house) => ({
    as: await house.as('admin'),
    params: { id: (await makeCategory(house)).id },
    body: { names: { en: house.name() }, parentId: (await makeCategory(house)).id },
  }),
  deleteCategory: async (house) => ({
    as: await house.as('admin'),
    params: { id: (await makeCategory(house)).id },
  }),
  listTags: anonymously,
  renameTag: async (house) => ({
    as: await house.as('admin'),
    params: { id: (await makeTag(house)).id },
    body: { name: house.name() },
  }),
  deleteTag: async (house) => ({
    as: await house.as('admin'),
    params: { id: (await makeTag(house)).id },
  }),
  run_blog_import: async (house) => ({
    as: await house.as('admin'),
    body: { items: [importedPost(house)] },
  }),
}

/** A call of every operation of the blog. */
export const blogExamples: Examples = { ...reads, ...blogExamplesBy('admin'), ...taxonomy }

async function anonymously(house: House): Promise<Example> {
  return { as: house.home.anonymous }
}

async function onPublished(house: House): Promise<Example> {
  const { id } = await makePost(house, { publish: true, body: { tags: ['One', 'Two'] } })
  return { as: house.home.anonymous, params: { id } }
}

async function filters(house: House): Promise<Record<string, string>> {
  const [author, category] = [await makeAuthor(house), await makeCategory(house)]
  const tag = house.name()
  await makePost(house, {
    publish: true,
    body: { authorId: author.id, categoryId: category.id, tags: [tag] },
  })
  house.made.add(tag)
  return { author: author.slug, category: category.slug, tag, q: 'thing', status: 'published' }
}

async function fullPost(house: House) {
  return {
    title: house.name(),
    body: '# A title\n\nA text.',
    excerpt: 'A text.',
    authorId: (await makeAuthor(house)).id,
    categoryId: (await makeCategory(house)).id,
    cover: { url: 'https://images.example/cover.jpg', alt: 'A cover' },
    tags: ['One', 'Two'],
    seo: { title: 'For search engines' },
  }
}

function importedPost(house: House) {
  return {
    source: 'a.md',
    title: house.name(),
    body: 'A text.',
    author: { name: house.name() },
    category: house.name(),
    tags: ['Imported'],
    publishedAt: '2026-01-31T12:00:00Z',
  }
}
