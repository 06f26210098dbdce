import { renderMarkdown } from '../../src/kernel/markdown/render.ts'

const paragraph = `The edge answers where the reader is, and the **database** is where it is: what counts
is how often a request has to go there. One [round trip](https://example.com/trips) for a read, two
for a write, and none at all for what everybody reads.`

const section = (number: number): string => `## Part ${number}

${paragraph}

- a list item with \`code\`
- another one with *emphasis*

> A quotation that somebody said, and that is long enough to be one.

\`\`\`sql
SELECT title FROM posts WHERE slug = '${number}'
\`\`\``

const markdown = (sections: number): string =>
  Array.from({ length: sections }, (_, index) => section(index + 1)).join('\n\n')

/** A post of about 4 KB, the median of the real ones that we import. */
export const longBody = markdown(8)
export const longHtml = renderMarkdown(longBody)

/** A post of about half a KB, for tables of 100,000 and for writing. */
export const shortBody = markdown(1)
export const shortHtml = renderMarkdown(shortBody)

export const excerpt =
  'What counts is how often a request has to go to the database: once for a read, twice for a write, and never for what everybody reads.'
