import { isArithmetic, namesIn } from './constraint.ts'
import { type Expression, parseExpression } from './constraint-syntax.ts'
import { ConstraintSyntaxError } from './constraint-tokens.ts'
import type { Fault } from './errors.ts'
import type { ParameterSpec, ParameterValue } from './search-space.ts'

/** `mixed`: a categorical or ordinal parameter whose values are of several types; it can only be compared with == and !=. */
type Type = 'number' | 'string' | 'boolean' | 'mixed'
type Types = ReadonlyMap<string, Type>

/** What is wrong with one constraint: its syntax, unknown names, and operations on values of the wrong type. */
export function checkConstraint(source: string, parameters: readonly ParameterSpec[], path: string): Fault[] {
  const fault = (message: string): Fault[] => [{ path, message }]
  try {
    const expression = parseExpression(source)
    const types = new Map(parameters.map((parameter) => [parameter.name, parameterType(parameter)]))
    const type = typeOf(expression, types)
    if (type !== 'boolean') return fault('must be true or false, such as a comparison: write a <= b')
    return namesIn(expression).length > 0 ? [] : fault('must mention a parameter')
  } catch (error) {
    if (error instanceof ConstraintSyntaxError) return fault(error.message)
    throw error
  }
}

function parameterType(parameter: ParameterSpec): Type {
  if (parameter.type === 'float' || parameter.type === 'int') return 'number'
  const values: readonly ParameterValue[] =
    parameter.type === 'ordinal' ? parameter.values : parameter.choices
  const types = new Set(values.map((value) => typeof value))
  return types.size === 1 ? ([...types][0] as Type) : 'mixed'
}

function typeOf(expression: Expression, types: Types): Type {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value as Type
    case 'name':
      return typeOfName(expression.name, expression.at, types)
    case 'not':
      return expectOperand(expression.operand, 'boolean', 'not', types)
    case 'negate':
      return expectOperand(expression.operand, 'number', '-', types)
    case 'call':
      for (const argument of expression.args) expectOperand(argument, 'number', expression.callee, types)
      return 'number'
    case 'binary':
      return typeOfBinary(expression, types)
  }
}

function typeOfName(name: string, at: number, types: Types): Type {
  const type = types.get(name)
  if (!type)
    throw new ConstraintSyntaxError(`no parameter ${name}: name one of the space, or quote a text`, at)
  return type
}

function typeOfBinary(expression: Extract<Expression, { kind: 'binary' }>, types: Types): Type {
  const { operator, left, right } = expression
  if (operator === '==' || operator === '!=') {
    const [leftType, rightType] = [typeOf(left, types), typeOf(right, types)]
    if (leftType === rightType || leftType === 'mixed' || rightType === 'mixed') return 'boolean'
    throw new ConstraintSyntaxError(`a ${leftType} is never equal to a ${rightType}`, expression.at)
  }
  const wanted = operator === 'and' || operator === 'or' ? 'boolean' : 'number'
  expectOperand(left, wanted, operator, types)
  expectOperand(right, wanted, operator, types)
  return isArithmetic(operator) ? 'number' : 'boolean'
}

function expectOperand(operand: Expression, wanted: Type, user: string, types: Types): Type {
  const type = typeOf(operand, types)
  if (type === wanted) return type
  const found = type === 'mixed' ? 'values of several types' : `a ${type}`
  const hint = type === 'string' ? ': compare texts with == or !=' : ''
  throw new ConstraintSyntaxError(`${user} needs a ${wanted}, not ${found}${hint}`, operand.at)
}
