import type { SearchSpace } from '../../src/domain/search-space.ts'
import type { StudyEventView } from '../../src/http/schemas/event.ts'
import type { StudyView } from '../../src/http/schemas/study.ts'
import type { TrialView } from '../../src/http/schemas/trial.ts'

/** What the API answers, as its own schemas say. */
export type { StudyEventView, StudyView, TrialView }
export type Parameter = SearchSpace['parameters'][number]
export type Params = TrialView['params']
export type Value = Params[string]

/** What charts and the table need of a trial: 10,000 of them are held at a time. */
export type TrialRow = Pick<TrialView, 'number' | 'state' | 'params' | 'metrics' | 'reason'>
