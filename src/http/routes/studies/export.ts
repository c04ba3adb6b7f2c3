import { Readable } from 'node:stream'
import { z } from 'zod'
import type { ServiceDeps } from '../../../services/deps.ts'
import type { StudyRecord } from '../../../services/ports/study-records.ts'
import { getStudy } from '../../../services/queries.ts'
import { exportTrials, namesTold } from '../../../services/trials/export-trials.ts'
import type { App } from '../../app-type.ts'
import { studyIdFrom } from '../../ids-from-path.ts'
import { JSON_LINES, renderJsonLines } from '../../json-lines.ts'
import { presentTrial } from '../../present.ts'
import { StudyPathSchema } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { TrialSchema } from '../../schemas/trial.ts'
import { sendRaw } from '../../send-raw.ts'
import type { OpenStreams } from '../../streams/open-streams.ts'
import { type TableColumns, tableHeader, tableRow } from '../../streams/trial-table.ts'

const DESCRIPTION = `All trials by number, without curves, as a file.

\`csv\` (RFC 4180) has the columns \`number\`, \`state\`, \`params.*\` in the order of the search space, \`metrics.*\`,
\`standardErrors.*\`, \`attributes.*\`, then \`reason\`, \`attempt\`, \`worker\`, \`seed\`, the times and \`origin.*\`; what a
trial lacks is empty. A text that a spreadsheet would run as a formula begins with an apostrophe. \`ndjson\` has one
\`Trial\` a line, exactly as \`GET .../trials\` shows it. A file that breaks off in the middle was cut by an error, or
because you took nothing of it for 60 s: its transfer is incomplete.`

const CONTENT_TYPES = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: JSON_LINES,
} as const

export function exportStudyRoute(app: App, deps: ServiceDeps, streams: OpenStreams): void {
  const schema = {
    operationId: 'exportStudy',
    summary: 'Get all trials as a file',
    description: DESCRIPTION,
    tags: ['studies'],
    params: StudyPathSchema,
    querystring: z.strictObject({ format: z.enum(['csv', 'ndjson']).default('csv') }),
    response: {
      200: {
        description: 'The file.',
        content: { 'text/csv': { schema: z.string() }, [JSON_LINES]: { schema: TrialSchema } },
      },
      ...problems('malformed-request', 'study-not-found', 'storage-unavailable'),
    },
  }
  // A HEAD would have to write the whole file to nobody.
  app.get('/v1/studies/:study/export', { schema, exposeHeadRoute: false }, async (request, reply) => {
    const id = studyIdFrom(request.params)
    const { format } = request.query
    const record = await getStudy(deps, id)
    const lines = format === 'csv' ? await table(deps, record) : ndjson(deps, record)
    reply.header('content-disposition', `attachment; filename="${id}.${format}"`)
    streams.cutWhenStalled(reply)
    return sendRaw(reply, CONTENT_TYPES[format], Readable.from(lines, { objectMode: false }))
  })
}

/** What was told is looked for beforehand: which there are is known at the end, and the header comes first. */
async function table(deps: ServiceDeps, record: StudyRecord): Promise<AsyncIterable<string>> {
  const { definition, id } = record.study
  const params = definition.searchSpace.parameters.map(({ name }) => name)
  const columns = { params, ...(await namesTold(deps, id)) }
  return tableLines(deps, record, columns)
}

async function* tableLines(
  deps: ServiceDeps,
  { study }: StudyRecord,
  columns: TableColumns,
): AsyncGenerator<string> {
  yield tableHeader(columns)
  for await (const trials of exportTrials(deps, study.id)) {
    const views = trials.map((trial) => presentTrial(study.id, study.definition.seed, trial))
    yield views.map((view) => tableRow(columns, view)).join('')
  }
}

async function* ndjson(deps: ServiceDeps, { study }: StudyRecord): AsyncGenerator<string> {
  for await (const trials of exportTrials(deps, study.id)) {
    const views = trials.map((trial) => presentTrial(study.id, study.definition.seed, trial))
    yield renderJsonLines(views)
  }
}
