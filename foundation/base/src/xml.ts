import { SaxesParser } from 'saxes'
import { xmlInvalid } from './xml-problem.ts'
import { xmlText } from './xml-text.ts'

export { xmlInvalid } from './xml-problem.ts'

/** An element with its content in order. Names are split from their prefixes, which mean nothing by themselves. */
export interface XmlElement {
  readonly local: string
  /** Empty for an element outside every namespace. */
  readonly namespace: string
  readonly attributes: readonly XmlAttribute[]
  readonly children: readonly (XmlElement | string)[]
}

export interface XmlAttribute {
  readonly local: string
  /** Empty for an attribute without a prefix. */
  readonly namespace: string
  readonly value: string
}

/** THREATS T-H3. */
export const XML_LIMITS = {
  bytes: 16 * 1024 * 1024,
  depth: 100,
  /** Of one element, namespace declarations among them. */
  attributes: 256,
  /** A tree takes much more memory than its text. */
  elements: 500_000,
} as const

export interface XmlOptions {
  /** Fewer than {@link XML_LIMITS} allow. */
  readonly bytes?: number
  /** Refused where text is signed or names somebody: what stands around a comment was read as two texts before. */
  readonly comments?: 'left-out' | 'refused'
}

/**
 * Reads a document: the one way in for XML of others (THREATS T-H3). Nothing outside the document is ever looked at, and a
 * document type declaration is refused before anything is parsed, so that entities cannot be declared at all. UTF-8, or
 * UTF-16 with its byte order mark; text that was decoded already may come as a string. Comments and processing
 * instructions are left out: text on both sides of a comment is one text.
 *
 * @throws xmlInvalid whose data name the `reason`.
 */
export function parseXml(source: Uint8Array | string, options: XmlOptions = {}): XmlElement {
  const bytes = Math.min(options.bytes ?? XML_LIMITS.bytes, XML_LIMITS.bytes)
  return treeOf(xmlText(source, bytes), options.comments === 'refused')
}

interface OpenElement {
  readonly element: XmlElement
  readonly children: (XmlElement | string)[]
}

function treeOf(text: string, refuseComments: boolean): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: false })
  const open: OpenElement[] = []
  let root: XmlElement | undefined
  let elements = 0
  let attributes = 0

  const add = (text: string) => {
    const children = open.at(-1)?.children
    if (!children) return
    const last = children.at(-1)
    // Text around a comment or a CDATA section is one text.
    if (typeof last === 'string') children[children.length - 1] = last + text
    else children.push(text)
  }
  parser.on('error', (error) => {
    throw xmlInvalid(`This is not well-formed XML: ${error.message}.`, { reason: 'malformed' }, { cause: error })
  })
  parser.on('xmldecl', ({ version }) => {
    // XML 1.1 allows control characters and has its own line ends; nobody who means well sends it.
    if (version !== '1.0') throw xmlInvalid('Only XML 1.0 is read.', { reason: 'version' })
  })
  parser.on('doctype', () => {
    throw xmlInvalid('A document type declaration (DOCTYPE) is not accepted.', { reason: 'doctype' })
  })
  if (refuseComments) {
    parser.on('comment', () => {
      throw xmlInvalid('Comments are not accepted here.', { reason: 'comment' })
    })
  }
  parser.on('opentagstart', () => {
    attributes = 0
    elements += 1
    if (open.length >= XML_LIMITS.depth) {
      throw xmlInvalid(`Elements are nested deeper than ${XML_LIMITS.depth}.`, { reason: 'depth' })
    }
    if (elements > XML_LIMITS.elements) {
      throw xmlInvalid(`There are more than ${XML_LIMITS.elements} elements.`, { reason: 'elements' })
    }
  })
  parser.on('attribute', () => {
    attributes += 1
    if (attributes > XML_LIMITS.attributes) {
      throw xmlInvalid(`An element has more than ${XML_LIMITS.attributes} attributes.`, { reason: 'attributes' })
    }
  })
  parser.on('opentag', (tag) => {
    const children: (XmlElement | string)[] = []
    const element: XmlElement = {
      local: tag.local,
      namespace: tag.uri,
      attributes: Object.values(tag.attributes)
        .filter(({ uri }) => uri !== XMLNS)
        .map(({ local, uri, value }) => ({ local, namespace: uri, value })),
      children,
    }
    open.at(-1)?.children.push(element)
    open.push({ element, children })
    root ??= element
  })
  parser.on('closetag', () => void open.pop())
  parser.on('text', add)
  parser.on('cdata', add)
  parser.write(text).close()
  if (!root) throw xmlInvalid('There is no element.', { reason: 'malformed' })
  return root
}

const XMLNS = 'http://www.w3.org/2000/xmlns/'

/** The child elements of this name. */
export function childrenOf(element: XmlElement, local: string, namespace: string): XmlElement[] {
  return element.children.filter(
    (child): child is XmlElement => typeof child !== 'string' && child.local === local && child.namespace === namespace,
  )
}

/** An attribute without a prefix; undefined when it is not there. */
export function attributeOf(element: XmlElement, local: string): string | undefined {
  return element.attributes.find((one) => one.local === local && one.namespace === '')?.value
}

/** The text directly within an element, without white space around it. */
export function textOf(element: XmlElement): string {
  return element.children
    .filter((child) => typeof child === 'string')
    .join('')
    .trim()
}

/** An element and all below it, in the order of the document. */
export function* elementsOf(element: XmlElement): Generator<XmlElement> {
  yield element
  for (const child of element.children) if (typeof child !== 'string') yield* elementsOf(child)
}
