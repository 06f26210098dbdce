/** A table of Markdown; cells may hold any text of one line. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** A text in the type of code. */
export function code(text: string): string {
  return `\`${text}\``
}

/** A page of the reference: a title, what it says, and parts set apart by blank lines. */
export function page(title: string, about: string, parts: readonly string[]): string {
  const note = '<!-- Written by scripts/generate-reference.ts; do not edit. -->'
  return `${[note, `# ${title}`, about, ...parts].join('\n\n')}\n`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ')
}
