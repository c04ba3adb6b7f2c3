type Defined<Query> = { [Key in keyof Query]: Exclude<Query[Key], undefined> }

/** Leaves out what was not given, so that "absent" has one form beyond this layer. */
export function withoutUndefined<Query extends object>(query: Query): Defined<Query> {
  return Object.fromEntries(
    Object.entries(query).filter(([, value]) => value !== undefined),
  ) as Defined<Query>
}
