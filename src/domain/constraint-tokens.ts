/** Words that cannot name a parameter. */
export const RESERVED_WORDS: readonly string[] = ['and', 'or', 'not', 'true', 'false']

const MAX_CONSTRAINT_LENGTH = 500

/** @property position of the first character that is wrong, from 0. */
export class ConstraintSyntaxError extends Error {
  readonly position: number

  constructor(message: string, position: number) {
    super(`${message} at character ${position + 1}`)
    this.name = 'ConstraintSyntaxError'
    this.position = position
  }
}

export interface Token {
  readonly type: 'number' | 'text' | 'word' | 'symbol' | 'end'
  readonly text: string
  readonly at: number
}

const TOKEN =
  /\s+|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<text>"[^"]*"|'[^']*')|(?<word>[A-Za-z_]\w*)|(?<symbol><=|>=|==|!=|\*(?!\*)|[-+/^<>(),])/y

/** What people write from habit -> what this language has. */
const HABITS: readonly (readonly [string, string])[] = [
  ['&&', 'write and'],
  ['||', 'write or'],
  ['**', 'write ^'],
  ['=', 'write =='],
  ['!', 'write not'],
  ['%', 'there is no remainder operator'],
]

/** @throws ConstraintSyntaxError */
export function tokenize(source: string): Token[] {
  if (source.length > MAX_CONSTRAINT_LENGTH) {
    throw new ConstraintSyntaxError(
      `longer than ${MAX_CONSTRAINT_LENGTH} characters: split it into several constraints`,
      MAX_CONSTRAINT_LENGTH,
    )
  }
  const tokens: Token[] = []
  let at = 0
  while (at < source.length) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(source)
    if (!match) throw unexpectedCharacter(source, at)
    const [type, text] = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined) ?? []
    if (text !== undefined) tokens.push({ type: type as Token['type'], text, at })
    at = TOKEN.lastIndex
  }
  tokens.push({ type: 'end', text: '', at: source.length })
  return tokens
}

function unexpectedCharacter(source: string, at: number): ConstraintSyntaxError {
  if (source[at] === '"' || source[at] === "'") return new ConstraintSyntaxError('a quote is not closed', at)
  const habit = HABITS.find(([written]) => source.startsWith(written, at))
  const [found, remedy] = habit ?? [source[at]]
  return new ConstraintSyntaxError(`unexpected ${found}${remedy ? ` (${remedy})` : ''}`, at)
}
