import {
  type ArithmeticOperator,
  type ComparisonOperator,
  type Expression,
  type FunctionName,
  parseExpression,
} from './constraint-syntax.ts'

type Value = number | string | boolean
/** Values by parameter name; a name that is missing belongs to an inactive parameter. */
type Values = Readonly<Record<string, Value>>

/** A parsed constraint between parameters. */
export interface Constraint {
  readonly source: string
  readonly names: readonly string[]
  /**
   * By how much the values break it, 0 where they satisfy it: differences of both sides, summed over `and`, the
   * least over `or`. Infinity where an expression has no value, such as log(-1). A constraint that mentions an
   * inactive parameter is satisfied. Numbers that differ by less than 1e-9 of their size count as equal.
   */
  readonly violation: (values: Values) => number
}

/** @throws ConstraintSyntaxError */
export function parseConstraint(source: string): Constraint {
  const expression = parseExpression(source)
  const names = [...new Set(namesIn(expression))]
  const violation = (values: Values) =>
    names.every((name) => Object.hasOwn(values, name)) ? violationOf(expression, values, false) : 0
  return { source, names, violation }
}

export function namesIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'literal':
      return []
    case 'name':
      return [expression.name]
    case 'not':
    case 'negate':
      return namesIn(expression.operand)
    case 'call':
      return expression.args.flatMap(namesIn)
    case 'binary':
      return [...namesIn(expression.left), ...namesIn(expression.right)]
  }
}

/** @param negated whether the opposite is asked for: `not` is pushed down to the comparisons. */
function violationOf(expression: Expression, values: Values, negated: boolean): number {
  if (expression.kind === 'not') return violationOf(expression.operand, values, !negated)
  if (expression.kind !== 'binary' || isArithmetic(expression.operator)) {
    return (evaluate(expression, values) === true) !== negated ? 0 : 1
  }
  const { operator, left, right } = expression
  if (operator === 'and' || operator === 'or') {
    const both = [violationOf(left, values, negated), violationOf(right, values, negated)] as const
    return (operator === 'and') !== negated ? both[0] + both[1] : Math.min(...both)
  }
  const asked = negated ? OPPOSITE[operator] : operator
  return comparisonViolation(asked, evaluate(left, values), evaluate(right, values))
}

const OPPOSITE: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '==': '!=',
  '!=': '==',
}

function comparisonViolation(operator: ComparisonOperator, left: Value, right: Value): number {
  if (typeof left !== 'number' || typeof right !== 'number') {
    return (left === right) === (operator === '==') ? 0 : 1
  }
  if (Number.isNaN(left) || Number.isNaN(right)) return Number.POSITIVE_INFINITY
  const difference = areClose(left, right) ? 0 : left - right
  if (HOLDS[operator](difference)) return 0
  // Equal sides break a strict comparison too: by the least number there is.
  return Math.abs(difference) || Number.MIN_VALUE
}

const HOLDS: Readonly<Record<ComparisonOperator, (difference: number) => boolean>> = {
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
  '==': (difference) => difference === 0,
  '!=': (difference) => difference !== 0,
}

/** So that 0.1 + 0.2 <= 0.3 holds. */
function areClose(a: number, b: number): boolean {
  return a === b || Math.abs(a - b) <= 1e-9 * Math.min(Math.abs(a), Math.abs(b))
}

function evaluate(expression: Expression, values: Values): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'name':
      return values[expression.name]!
    case 'negate':
      return -Number(evaluate(expression.operand, values))
    case 'call':
      return apply(
        expression.callee,
        expression.args.map((argument) => Number(evaluate(argument, values))),
      )
    case 'not':
      return violationOf(expression, values, false) === 0
    case 'binary':
      return binaryValue(expression, values)
  }
}

function binaryValue(expression: Extract<Expression, { kind: 'binary' }>, values: Values): Value {
  const { operator } = expression
  if (!isArithmetic(operator)) return violationOf(expression, values, false) === 0
  const left = Number(evaluate(expression.left, values))
  const right = Number(evaluate(expression.right, values))
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '^':
      return left ** right
  }
}

export function isArithmetic(operator: string): operator is ArithmeticOperator {
  return '+-*/^'.includes(operator)
}

function apply(callee: FunctionName, args: readonly number[]): number {
  return callee === 'min' || callee === 'max' ? Math[callee](...args) : Math[callee](args[0]!)
}
