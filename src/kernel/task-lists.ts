import type { MarkdownIt } from 'markdown-it'

const MARKER = /^\[([ xX])\][ \t]/

/**
 * Adds the task list items of GitHub Flavored Markdown to a parser: a list item that starts with
 * `[ ]` or `[x]` gets a checkbox, which nobody can tick.
 */
export function taskLists(parser: MarkdownIt): void {
  parser.core.ruler.after('inline', 'task_lists', ({ tokens, Token }) => {
    const lists: typeof tokens = []
    for (const [index, token] of tokens.entries()) {
      if (token.type.endsWith('_list_open')) lists.push(token)
      if (token.type.endsWith('_list_close')) lists.pop()
      const item = tokens[index - 2]
      const first = token.children?.[0]
      const marker = first?.type === 'text' ? MARKER.exec(first.content) : null
      if (item?.type !== 'list_item_open' || !first || !marker) continue

      const checkbox = new Token('html_inline', '', 0)
      checkbox.content = `<input type="checkbox" disabled${marker[1] === ' ' ? '' : ' checked'}> `
      first.content = first.content.slice(marker[0].length)
      token.children?.unshift(checkbox)
      item.attrSet('class', 'task-list-item')
      lists.at(-1)?.attrSet('class', 'contains-task-list')
    }
  })
}
