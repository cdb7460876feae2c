import {
  type Complex,
  comparedBy,
  demanded,
  type Filter,
  filterInvalid,
  findPath,
  listDocument,
  matches,
  mentions,
  parseFilter,
  projected,
  type ResourceSchema,
  sliceOf,
  tooMany,
  type Wanted,
} from '@millrace/scim'

/** What a client asks of a list (RFC 7644 §3.4.2). */
export interface ListQuery extends Wanted {
  readonly filter?: string
  readonly sortBy?: string
  readonly sortOrder?: 'ascending' | 'descending'
  readonly startIndex?: number
  readonly count?: number
}

/** Where resources of a type are found. */
export interface Source<Row, Query> {
  readonly schema: ResourceSchema
  /** What a database can look for, of what a filter demands. */
  readonly narrow: (name: string, value: string) => Query | undefined
  readonly count: (of: Query) => Promise<number>
  readonly read: (of: Query, slice: { offset: number; limit: number }) => Promise<readonly Row[]>
  readonly describe: (row: Row) => Complex
  /** The attribute that is looked up elsewhere, and how. */
  readonly related: {
    readonly name: string
    readonly add: (resources: readonly Complex[]) => Promise<readonly Complex[]>
  }
}

/** As many resources are looked through for one answer. What needs more names something to look for first. */
const CANDIDATES_MAX = 20_000

/**
 * One page of resources as a client asks for it.
 *
 * @throws filterInvalid, tooMany
 */
export async function listResources<Row, Query extends object>(
  source: Source<Row, Query>,
  query: ListQuery,
): Promise<Complex> {
  const { schema } = source
  const slice = sliceOf(query)
  const finish = async (page: readonly Complex[], total: number) => {
    const wanted = needs(source, query) ? await source.related.add(page) : page
    return listDocument(
      wanted.map((one) => projected(schema, one, query)),
      total,
      slice,
    )
  }
  const filter = query.filter === undefined ? undefined : parseFilter(schema, query.filter)
  if (!filter && query.sortBy === undefined) {
    const all = {} as Query
    const rows = await source.read(all, { offset: slice.startIndex - 1, limit: slice.count })
    return finish(rows.map(source.describe), await source.count(all))
  }

  const path = query.sortBy === undefined ? undefined : findPath(schema, query.sortBy)
  if (query.sortBy !== undefined && !path) throw filterInvalid('What is not kept here cannot be sorted by.')
  const rows = await source.read(filter ? narrowed(source, filter) : ({} as Query), {
    ...{ offset: 0, limit: CANDIDATES_MAX + 1 },
  })
  if (rows.length > CANDIDATES_MAX) {
    throw tooMany(`More than ${CANDIDATES_MAX} resources would have to be looked through. Name one to look for.`)
  }
  const related = source.related.name
  const early = (filter && mentions(filter, related)) || path?.attribute.name === related
  const described = rows.map(source.describe)
  const candidates = early ? await source.related.add(described) : described
  const found = filter ? candidates.filter((one) => matches(filter, one)) : [...candidates]
  if (path) found.sort(comparedBy(path, query.sortOrder ?? 'ascending'))
  const from = slice.startIndex - 1
  return finish(found.slice(from, from + slice.count), found.length)
}

/** What the filter demands in any case, as far as a database can look for it. */
function narrowed<Row, Query extends object>(source: Source<Row, Query>, filter: Filter): Query {
  const parts = demanded(filter).map(({ path, value }) => {
    const name = [path.attribute.name, ...(path.sub ? [path.sub.name] : [])].join('.')
    return typeof value === 'string' ? source.narrow(name, value) : undefined
  })
  // The first one of each kind is enough: the filter itself is asked afterwards.
  return Object.assign({}, ...parts.reverse()) as Query
}

/** Whether a client wants the attribute that is looked up elsewhere: of a large group that is work. */
function needs({ schema, related }: Pick<Source<unknown, never>, 'schema' | 'related'>, wanted: Wanted): boolean {
  const asks = (names: readonly string[]) =>
    names.some((name) => findPath(schema, name.trim())?.attribute.name === related.name)
  if (wanted.attributes) return asks(wanted.attributes)
  return !(wanted.excludedAttributes ?? []).some((name) => {
    const path = findPath(schema, name.trim())
    return path?.attribute.name === related.name && !path.sub
  })
}

/** One resource as a client asks for it. */
export async function answerOf(
  source: Pick<Source<unknown, never>, 'schema' | 'related'>,
  resource: Complex,
  wanted: Wanted,
): Promise<Complex> {
  const [whole = resource] = needs(source, wanted) ? await source.related.add([resource]) : [resource]
  return projected(source.schema, whole, wanted)
}
