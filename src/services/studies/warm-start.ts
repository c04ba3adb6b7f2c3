import type { Fault } from '../../domain/errors.ts'
import { parseStudyId, type StudyId } from '../../domain/ids.ts'
import { objectivesOf } from '../../domain/metric.ts'
import type { StudyDefinition } from '../../domain/study.ts'
import type { WarmStart } from '../../domain/warm-start.ts'
import {
  type EarlierStudy,
  earlierStudy,
  sharesParameters,
} from '../../optimizer/warm-start/earlier-study.ts'
import type { ServiceDeps } from '../deps.ts'
import { refuseFaults } from '../refuse-faults.ts'
import { unlessDeleted } from '../unless-deleted.ts'
import type { WarmStartRequest } from './study-request.ts'

// More of them would teach little that these do not: ten are as good as thirty (bench/optimizer/EXPERIMENTS.md).
const STUDIES_MAX = 30
const STUDIES_A_PAGE = 100
const PAGES_MAX = 10

/**
 * What earlier studies say a study should begin with.
 * @throws invalid-study where it has several objectives, or an earlier study that it names cannot teach it.
 */
export async function warmStart(
  deps: ServiceDeps,
  request: WarmStartRequest,
  definition: StudyDefinition,
): Promise<WarmStart> {
  refuseFaults('invalid-study', checkObjectives(definition))
  const studies =
    request === 'auto' ? await findTeachers(deps, definition) : await namedTeachers(deps, request, definition)
  const points = await deps.proposer.chooseStartPoints(definition.searchSpace, studies)
  return { studies: studies.map(({ id }) => id), points }
}

function checkObjectives({ metrics }: StudyDefinition): Fault[] {
  if (objectivesOf(metrics).length === 1) return []
  return [{ path: 'warmStart', message: 'is for studies of one objective: leave it out' }]
}

async function namedTeachers(
  deps: ServiceDeps,
  { studies }: Exclude<WarmStartRequest, 'auto'>,
  definition: StudyDefinition,
): Promise<EarlierStudy[]> {
  const ids = [...new Set(studies)]
  const found = await Promise.all(ids.map((id) => teacherOrWhyNot(deps, id, definition)))
  const faults = found.flatMap((one, i) =>
    typeof one === 'string' ? [{ path: `warmStart.studies[${studies.indexOf(ids[i]!)}]`, message: one }] : [],
  )
  refuseFaults('invalid-study', faults)
  return found.filter((one) => typeof one !== 'string')
}

async function teacherOrWhyNot(
  deps: ServiceDeps,
  text: string,
  { searchSpace }: StudyDefinition,
): Promise<EarlierStudy | string> {
  const id = parseStudyId(text)
  const study = id && (await readTeacher(deps, id))
  if (!study) return `there is no study ${text}`
  if (study === 'teaches-nothing') return `${text} has too few results, or several objectives: leave it out`
  if (sharesParameters(searchSpace, study.searchSpace)) return study
  return `${text} lacks more than half of the parameters of this study: leave it out`
}

/** The newest that have ended, as many as are of use, without reading through years of them. */
async function findTeachers(deps: ServiceDeps, definition: StudyDefinition): Promise<EarlierStudy[]> {
  const found: EarlierStudy[] = []
  let cursor: string | undefined
  for (let read = 0; read < PAGES_MAX; read++) {
    const query = { state: 'completed', limit: STUDIES_A_PAGE, ...(cursor && { cursor }) } as const
    const page = await deps.store.listStudies(query)
    for (const { study } of page.items) {
      if (!isAlike(definition, study.definition)) continue
      const teacher = await readTeacher(deps, study.id)
      if (typeof teacher === 'object') found.push(teacher)
      if (found.length === STUDIES_MAX) return found
    }
    cursor = page.nextCursor
    if (cursor === undefined) break
  }
  return found
}

/** Whether nobody need ask if what was good there may be good here: same trainer, same objective, a similar space. */
function isAlike(one: StudyDefinition, other: StudyDefinition): boolean {
  const [objective, known] = [one, other].map(({ metrics }) => objectivesOf(metrics)[0]!)
  return (
    one.trainer.kind === other.trainer.kind &&
    objective!.name === known!.name &&
    objective!.goal === known!.goal &&
    sharesParameters(one.searchSpace, other.searchSpace)
  )
}

/** Undefined where there is no such study (any more). */
async function readTeacher(
  deps: ServiceDeps,
  id: StudyId,
): Promise<EarlierStudy | 'teaches-nothing' | undefined> {
  const snapshot = await unlessDeleted(deps.snapshots.load(id))
  return snapshot && (earlierStudy(snapshot) ?? 'teaches-nothing')
}
