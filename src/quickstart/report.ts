import { objectivesOf, toMinimized } from '../domain/metric.ts'
import type { StudyView } from '../http/schemas/study.ts'
import type { TrialView } from '../http/schemas/trial.ts'

const SHOWN = 5
// Of the many metrics of a trial, those that people ask for beside the objective.
const READ_FIRST = ['validationAccuracy', 'validationR2']

/** The best trials as a table: number, objective, accuracy or R2, parameter values; the winner on top. */
export function bestTrialsTable(study: StudyView, trials: readonly TrialView[]): string {
  const metric = objectivesOf(study.metrics)[0]!
  const value = (trial: TrialView) => toMinimized(metric, trial.metrics?.[metric.name] ?? Number.NaN)
  const best = trials.toSorted((a, b) => value(a) - value(b) || isWinner(study, b) - isWinner(study, a))
  const shown = best.slice(0, SHOWN)
  const columns = [
    ...new Set([metric.name, ...READ_FIRST.filter((name) => name in (shown[0]?.metrics ?? {}))]),
  ]
  const params = study.searchSpace.parameters.map((parameter) => parameter.name)
  const rows = shown.map((trial) => [
    String(trial.number),
    ...columns.map((name) => formatValue(trial.metrics?.[name])),
    ...params.map((name) => formatValue(trial.params[name])),
  ])
  return alignColumns([['trial', ...columns, ...params], ...rows])
}

function isWinner(study: StudyView, trial: TrialView): number {
  return Number(trial.number === study.bestTrial)
}

/** What the winner is worth, in a sentence. */
export function testSentence({ test }: StudyView): string {
  if (!test) return 'No result on the test rows.'
  const { accuracy, r2 } = test.metrics
  const trained = `Trial ${test.trial}, trained once more on all other rows,`
  const rows = 'the test rows, which no trial saw'
  if (accuracy !== undefined) return `${trained} is right on ${(accuracy * 100).toFixed(2)} % of ${rows}.`
  if (r2 !== undefined) return `${trained} has an R2 of ${r2.toFixed(4)} on ${rows}.`
  return `${trained} measures ${JSON.stringify(test.metrics)} on ${rows}.`
}

/** Requests to go on with. */
export function nextSteps(study: StudyView, url: string): string {
  const request = JSON.stringify({
    trainer: { kind: 'mlp', dataset: 'wine' },
    limits: { trials: 30, parallel: 2 },
  })
  return [
    `  curl ${url}/v1/studies/${study.id}/best`,
    `  curl '${url}/v1/studies/${study.id}/trials?state=completed&limit=5'`,
    `  curl ${url}/v1/studies -H 'content-type: application/json' -d '${request}'`,
  ].join('\n')
}

/** The earlier studies in a line each, the newest few. */
export function earlierStudies(studies: readonly StudyView[]): string {
  const [first, ...rest] = studies
    .slice(0, 3)
    .map((study) => `  ${study.id}  ${study.state.padEnd(9)}  ${study.name}`)
  if (!first) return ''
  const heading =
    studies.length === 1 ? '1 earlier study is here:' : `${studies.length} earlier studies are here:`
  return [heading, first, ...rest, ...(studies.length > 3 ? ['  ...'] : [])].join('\n')
}

/** Where a study begins that was to learn from the earlier ones. */
export function warmStartSentence({ studies, points }: NonNullable<StudyView['warmStart']>): string {
  if (points.length === 0) return 'There is no earlier study yet that says where to begin.'
  const settings = points.length === 1 ? '1 setting' : `${points.length} settings`
  return `It begins with ${settings} that did well in ${studies.length === 1 ? 'the earlier study' : `${studies.length} earlier studies`}.`
}

/** How many trials were given up early; empty where none was. */
export function prunedSentence({ trials: { pruned } }: Pick<StudyView, 'trials'>): string {
  if (pruned === 0) return ''
  return pruned === 1 ? '1 trial was given up early.' : `${pruned} trials were given up early.`
}

/** The whole run as one object, for programs. */
export function summary(
  study: StudyView,
  trials: readonly TrialView[],
  count: number,
  seconds: number,
): object {
  const best = trials.find((trial) => trial.number === study.bestTrial)
  return {
    study: study.id,
    trials: count,
    bestTrial: best && { number: best.number, params: best.params, metrics: best.metrics },
    test: study.test?.metrics,
    seconds,
  }
}

function formatValue(value: string | number | boolean | undefined): string {
  if (typeof value !== 'number' || Number.isInteger(value)) return String(value ?? '-')
  return String(Number(value.toPrecision(4)))
}

function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const line = (row: readonly string[]) =>
    row.map((cell, column) => cell.padStart(widths[column]!)).join('  ')
  return rows.map(line).join('\n')
}
