import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type XmlElement, readXml, textOf } from '../../../src/adapters/storage/s3-xml.ts'
import { type Xml, element, xmlDocument } from '../../../src/kernel/xml.ts'

const name = fc.constantFrom('Key', 'Contents', 'ETag', 'NextContinuationToken')

const tree = fc.letrec<{ node: XmlElement; leaf: XmlElement; branch: XmlElement }>((tie) => ({
  leaf: fc.record({ name, text: fc.string({ unit: 'grapheme' }), children: fc.constant([]) }),
  branch: fc.record({
    name,
    text: fc.constant(''),
    children: fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
  }),
  node: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('branch')),
})).node

const written = ({ name: tag, text, children }: XmlElement): Xml =>
  element(
    tag,
    { xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/' },
    children.length > 0 ? children.map(written) : text,
  )

describe('the XML of an S3 service', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(tree, (node) => {
        expect(readXml(xmlDocument(written(node)))).toEqual(node)
      }),
    )
  })

  it('is read with its references', () => {
    const text = '<E><Key>&lt;&amp;&gt;&quot;&apos;&#65;&#x1F600;&#xd;&nothing;</Key></E>'
    expect(textOf(readXml(text), 'Key')).toBe('<&>"\'A😀\r&nothing;')
  })

  it.each([
    '',
    'text',
    '<a>',
    '<a></b>',
    '</a>',
    '<a><b></a></b>',
    '<a><!-- x --></a>',
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    '<a><![CDATA[x]]></a>',
    '<a>1 < 2</a>',
    '<html><br><p>Service Unavailable</html>',
    '<a>'.repeat(100) + '</a>'.repeat(100),
  ])('is not %j', (text) => {
    expect(() => readXml(text)).toThrow(SyntaxError)
  })

  it('is read in a time that grows with its length alone', () => {
    for (const piece of ['<', '<a', '<?', '&#', '<a ', '</a']) {
      expect(() => readXml(piece.repeat(300_000))).toThrow(SyntaxError)
    }
  })
})
