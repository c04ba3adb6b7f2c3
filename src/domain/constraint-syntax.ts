import { ConstraintSyntaxError, RESERVED_WORDS, type Token, tokenize } from './constraint-tokens.ts'

/**
 * The constraint language, text to tree. From loosest to tightest:
 *
 *     or
 *     and
 *     not
 *     <  <=  >  >=  ==  !=      do not chain
 *     +  -
 *     *  /
 *     -x
 *     ^                         to the right: 2^3^2 is 2^9, -2^2 is -4
 *     f(a, ...)  (a)  12.5e-3  "text"  true  false  name
 */
export type Expression =
  | { readonly kind: 'literal'; readonly value: number | string | boolean; readonly at: number }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | { readonly kind: 'not' | 'negate'; readonly operand: Expression; readonly at: number }
  | {
      readonly kind: 'call'
      readonly callee: FunctionName
      readonly args: readonly Expression[]
      readonly at: number
    }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
      readonly at: number
    }

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '^'
export type ComparisonOperator = '<' | '<=' | '>' | '>=' | '==' | '!='
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | 'and' | 'or'

const VARIADIC: readonly string[] = ['min', 'max']
const FUNCTIONS = ['min', 'max', 'abs', 'log', 'exp', 'sqrt', 'floor', 'ceil'] as const
export type FunctionName = (typeof FUNCTIONS)[number]

// Deep enough for any formula a person writes; keeps the recursion of parser and evaluator bounded.
const MAX_DEPTH = 50

/** @throws ConstraintSyntaxError */
export function parseExpression(source: string): Expression {
  return new Parser(tokenize(source)).parse()
}

const COMPARISONS: readonly string[] = ['<', '<=', '>', '>=', '==', '!=']

/** Recursive descent; one method a level of the table above. */
class Parser {
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  parse(): Expression {
    const expression = this.#or()
    const { type, text, at } = this.#peek()
    if (type !== 'end') throw new ConstraintSyntaxError(`unexpected ${text}`, at)
    return expression
  }

  #or(): Expression {
    return this.#nested(() => this.#leftAssociative(['or'], () => this.#and()))
  }

  #and(): Expression {
    return this.#leftAssociative(['and'], () => this.#not())
  }

  #not(): Expression {
    const { at } = this.#peek()
    if (!this.#accept('not')) return this.#comparison()
    return { kind: 'not', operand: this.#nested(() => this.#not()), at }
  }

  #comparison(): Expression {
    const left = this.#sum()
    const { text: operator, at } = this.#peek()
    if (!COMPARISONS.includes(operator)) return left
    this.#next += 1
    const right = this.#sum()
    const chained = this.#peek()
    if (COMPARISONS.includes(chained.text)) {
      throw new ConstraintSyntaxError('comparisons do not chain: write a < b and b < c', chained.at)
    }
    return { kind: 'binary', operator: operator as ComparisonOperator, left, right, at }
  }

  #sum(): Expression {
    return this.#leftAssociative(['+', '-'], () => this.#product())
  }

  #product(): Expression {
    return this.#leftAssociative(['*', '/'], () => this.#signed())
  }

  #signed(): Expression {
    const { at } = this.#peek()
    if (!this.#accept('-')) return this.#power()
    return { kind: 'negate', operand: this.#nested(() => this.#signed()), at }
  }

  #power(): Expression {
    const left = this.#primary()
    const { at } = this.#peek()
    if (!this.#accept('^')) return left
    return { kind: 'binary', operator: '^', left, right: this.#nested(() => this.#signed()), at }
  }

  #primary(): Expression {
    const { type, text, at } = this.#peek()
    this.#next += 1
    if (type === 'number') return { kind: 'literal', value: Number(text), at }
    if (type === 'text') return { kind: 'literal', value: text.slice(1, -1), at }
    if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true', at }
    if (type === 'word' && !RESERVED_WORDS.includes(text)) return this.#nameOrCall(text, at)
    if (text !== '(')
      throw new ConstraintSyntaxError(type === 'end' ? 'it ends too early' : `unexpected ${text}`, at)
    const inner = this.#or()
    this.#expect(')')
    return inner
  }

  #nameOrCall(name: string, at: number): Expression {
    if (!this.#accept('(')) return { kind: 'name', name, at }
    const callee = FUNCTIONS.find((known) => known === name)
    if (!callee) throw new ConstraintSyntaxError(`no function ${name}: there are ${FUNCTIONS.join(', ')}`, at)
    const args = [this.#or()]
    while (this.#accept(',')) args.push(this.#or())
    this.#expect(')')
    if (args.length > 1 && !VARIADIC.includes(callee))
      throw new ConstraintSyntaxError(`${name} takes one argument`, at)
    return { kind: 'call', callee, args, at }
  }

  #leftAssociative(operators: readonly BinaryOperator[], operand: () => Expression): Expression {
    let left = operand()
    for (;;) {
      const { at } = this.#peek()
      const operator = operators.find((symbol) => this.#accept(symbol))
      if (!operator) return left
      left = { kind: 'binary', operator, left, right: operand(), at }
    }
  }

  #nested(parse: () => Expression): Expression {
    if (++this.#depth > MAX_DEPTH) throw new ConstraintSyntaxError('nested too deeply', this.#peek().at)
    const expression = parse()
    this.#depth -= 1
    return expression
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? this.#tokens.at(-1)!
  }

  #accept(text: string): boolean {
    const token = this.#peek()
    if (token.type === 'text' || token.text !== text || token.type === 'end') return false
    this.#next += 1
    return true
  }

  #expect(text: string): void {
    const { at, text: found } = this.#peek()
    if (!this.#accept(text))
      throw new ConstraintSyntaxError(`expected ${text}${found && ` before ${found}`}`, at)
  }
}
