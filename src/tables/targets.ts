import type { DatasetTask } from '../domain/dataset.ts'
import type { Fault } from '../domain/errors.ts'
import { type Column, noNumber } from './column.ts'
import { CLASSES_MAX, INFERRED_CLASSES_MAX } from './limits.ts'

/** Which columns are to be predicted. @param asked one name, or several with commas between; a column may have one in its own. */
export function targetNames(columns: readonly string[], asked: string | undefined): readonly string[] {
  if (asked === undefined) return columns.slice(-1)
  if (columns.includes(asked)) return [asked]
  return [...new Set(asked.split(',').map((name) => name.trim()))]
}

/** One column of texts, or of a few different whole numbers, has classes; several of 0 and 1 have labels. */
export function inferTask(targets: readonly Column[]): DatasetTask {
  if (targets.length > 1) return targets.every(isLabel) ? 'multi-label' : 'regression'
  const [target] = targets
  const { firstText, numbers } = target!
  if (firstText) return 'classification'
  const areFew = (target!.different()?.length ?? Number.POSITIVE_INFINITY) <= INFERRED_CLASSES_MAX
  return areFew && numbers.every(Number.isInteger) ? 'classification' : 'regression'
}

export function targetFaults(targets: readonly Column[], task: DatasetTask): Fault[] {
  if (task !== 'classification') return targets.flatMap((target) => numberFaults(target, task))
  if (targets.length === 1) return classFaults(targets[0]!)
  const message = 'a row has one class, in one column: several of 0 and 1 are for task=multi-label'
  return [{ path: 'target', message }]
}

function numberFaults(target: Column, task: DatasetTask): Fault[] {
  const { name, firstText, numbers } = target
  if (firstText) return [noNumber(target)]
  if (task === 'multi-label' && !isLabel(target)) {
    return [{ path: name, message: 'must be 0 or 1 in each row: whether it has this label' }]
  }
  if (numbers.some((value) => value !== numbers[0])) return []
  return [{ path: name, message: 'is the same in all rows: there is nothing to learn' }]
}

function isLabel({ numbers }: Column): boolean {
  return numbers.every((value) => value === 0 || value === 1)
}

function classFaults(column: Column): Fault[] {
  const { name } = column
  const classes = column.different()
  if (!classes) return [{ path: name, message: `has more than ${CLASSES_MAX} classes: try task=regression` }]
  if (classes.length > 1) return []
  return [{ path: name, message: `has one class only, ${classes[0]}: there must be two or more` }]
}
