import type { MarkdownIt, StateCore } from 'markdown-it'

const TASK = /^\[([ xX])\][ \t]/
const ALIGNMENT = /^text-align:(left|center|right)$/

/** A list item that starts with `[ ]` or `[x]` gets a checkbox, which nobody can tick. */
function markTasks({ tokens, Token }: StateCore): void {
  const lists: typeof tokens = []
  for (const [index, token] of tokens.entries()) {
    if (token.type.endsWith('_list_open')) lists.push(token)
    if (token.type.endsWith('_list_close')) lists.pop()
    const item = tokens[index - 2]
    const first = token.children?.[0]
    const task = first?.type === 'text' ? TASK.exec(first.content) : null
    if (item?.type !== 'list_item_open' || !first || !task) continue

    const checkbox = new Token('html_inline', '', 0)
    checkbox.content = `<input type="checkbox" disabled${task[1] === ' ' ? '' : ' checked'}> `
    first.content = first.content.slice(task[0].length)
    token.children?.unshift(checkbox)
    item.attrSet('class', 'task-list-item')
    lists.at(-1)?.attrSet('class', 'contains-task-list')
  }
}

/** Table cells say how they are aligned by `align`, as no `style` passes the allow-list. */
function alignCells({ tokens }: StateCore): void {
  for (const token of tokens) {
    const alignment = ALIGNMENT.exec(String(token.attrGet('style')))?.[1]
    if (alignment !== undefined) token.attrs = [['align', alignment]]
  }
}

/** Adds what GitHub Flavored Markdown has and the parser lacks: task lists and portable tables. */
export function addGithubRules(parser: MarkdownIt): void {
  parser.core.ruler.after('inline', 'tasks', markTasks)
  parser.core.ruler.after('block', 'alignment', alignCells)
}
