import {
  AliasNode,
  AndNode,
  BinaryOperationNode,
  ColumnNode,
  type DeleteQueryNode,
  IdentifierNode,
  JoinNode,
  type KyselyPlugin,
  OnNode,
  type OperationNode,
  OperationNodeTransformer,
  OperatorNode,
  ParensNode,
  type RawBuilder,
  ReferenceNode,
  type SelectQueryNode,
  sql,
  TableNode,
  type UpdateQueryNode,
  ValueNode,
  WhereNode,
} from 'kysely'

/**
 * Tables of the platform, not of a tenant, and why none of them may be asked for a tenant first. Everything else carries
 * `enterprise_id` and stays behind row-level security and {@link tenantWall}.
 */
export const PLATFORM_TABLES: Readonly<Record<string, string>> = {
  'runtime.migration': 'what was applied to this database',
  'runtime.tenant': 'which tenants there are',
  'identity.sign_in_name': 'asked before the tenant is known; holds hashes of addresses',
  'identity.sign_in_challenge': 'asked before the tenant is known; holds random numbers',
  'identity.founding': 'asked before the tenant is known; holds ids only',
  'identity.server': 'which servers are at work; holds ids of processes',
  'identity.guess': 'asked before the tenant is known; holds keyed hashes only',
  'demo.removal': 'asked while there is no tenant',
}

const COLUMN = 'enterprise_id'

/**
 * Adds `enterprise_id = …` to every table a built query reads, changes or deletes from. Row-level security says the same
 * once more: either wall alone keeps tenants apart (THREATS T-B2). SQL written by hand has only that one wall, and says
 * it itself where it stands.
 */
export function tenantWall(enterpriseId: string): KyselyPlugin {
  const transformer = new TenantTransformer(enterpriseId)
  return {
    transformQuery: ({ node }) => transformer.transformNode(node),
    transformResult: ({ result }) => Promise.resolve(result),
  }
}

/** The same wall for SQL written by hand: `where ${ours('c')} and …`. @param alias of the table it is about. */
export function ours(alias?: string): RawBuilder<boolean> {
  const column = sql.ref(alias === undefined ? COLUMN : `${alias}.${COLUMN}`)
  return sql<boolean>`${column} = current_setting('millrace.enterprise_id')::uuid`
}

class TenantTransformer extends OperationNodeTransformer {
  readonly #value: ValueNode

  constructor(enterpriseId: string) {
    super()
    this.#value = ValueNode.create(enterpriseId)
  }

  protected override transformSelectQuery(node: SelectQueryNode): SelectQueryNode {
    const inner = super.transformSelectQuery(node)
    return { ...inner, ...this.#walled(inner, node.from?.froms ?? []) }
  }

  protected override transformUpdateQuery(node: UpdateQueryNode): UpdateQueryNode {
    const inner = super.transformUpdateQuery(node)
    return { ...inner, ...this.#walled(inner, node.table ? [node.table] : []) }
  }

  protected override transformDeleteQuery(node: DeleteQueryNode): DeleteQueryNode {
    const inner = super.transformDeleteQuery(node)
    return { ...inner, ...this.#walled(inner, node.from.froms) }
  }

  /** In the join's own condition: in the `where` it would make an inner join of an outer one. */
  protected override transformJoin(node: JoinNode): JoinNode {
    const inner = super.transformJoin(node)
    const condition = this.#conditionOn(node.table)
    if (!condition) return inner
    return inner.on ? JoinNode.cloneWithOn(inner, condition) : { ...inner, on: OnNode.create(condition) }
  }

  #walled({ where }: { readonly where?: WhereNode }, tables: readonly OperationNode[]): { readonly where?: WhereNode } {
    let walled = where
    for (const table of tables) {
      const condition = this.#conditionOn(table)
      if (condition)
        walled = walled
          ? WhereNode.create(AndNode.create(ParensNode.create(walled.where), condition))
          : WhereNode.create(condition)
    }
    return walled ? { where: walled } : {}
  }

  /** Undefined for a table of the platform, and for what a `with` names. */
  #conditionOn(node: OperationNode): OperationNode | undefined {
    const table = AliasNode.is(node) ? node.node : node
    if (!TableNode.is(table)) return undefined
    const { schema, identifier } = table.table
    if (!schema || `${schema.name}.${identifier.name}` in PLATFORM_TABLES) return undefined
    const named = AliasNode.is(node) && IdentifierNode.is(node.alias) ? TableNode.create(node.alias.name) : table
    return BinaryOperationNode.create(
      ReferenceNode.create(ColumnNode.create(COLUMN), named),
      OperatorNode.create('='),
      this.#value,
    )
  }
}
