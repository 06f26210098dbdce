/** A start tag as the allow-list writes it: elsewhere a `<` is escaped or in quotes. */
const START_TAG = /<[a-z\d]+(?: [a-z-]+(?:="[^"]*")?)+>/g

/** Each attribute in turn, so that nothing within the quotes of one is taken for another. */
const ATTRIBUTE = / ([a-z-]+)="([^"]*)"/g
const ADDRESSES = /^(?:cite|href|longdesc|src|srcset)$/

/** An address of a `srcset` (HTML §4.8.4.2.1) and its descriptors. */
const CANDIDATE = /([^\s,]\S*[^\s,]|[^\s,])((?:\s[^,]*)?(?:,|$))/g

/**
 * Safe HTML, as posts keep it, with its relative addresses resolved against an absolute one. What is
 * no address stays as it is.
 */
export function withAbsoluteAddresses(html: string, base: string): string {
  const resolve = (address: string) =>
    /^\w+:/.test(address) ? address : (URL.parse(address, base)?.href ?? address)
  const resolveEach = (list: string) =>
    list.replace(CANDIDATE, (_, address: string, rest: string) => resolve(address) + rest)
  return html.replace(START_TAG, (tag) =>
    tag.replace(ATTRIBUTE, (attribute, name: string, escaped: string) => {
      if (!ADDRESSES.test(name)) return attribute
      const value = escaped.replaceAll('&quot;', '"').replaceAll('&amp;', '&')
      const absolute = name === 'srcset' ? resolveEach(value) : resolve(value)
      return ` ${name}="${absolute.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`
    }),
  )
}
