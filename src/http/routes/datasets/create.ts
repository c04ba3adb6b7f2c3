import { createHash } from 'node:crypto'
import { z } from 'zod'
import { HoneError } from '../../../domain/errors.ts'
import { createDataset } from '../../../services/datasets/create.ts'
import type { ServiceDeps } from '../../../services/deps.ts'
import { answerOnce, IdempotencyHeadersSchema } from '../../answer-once.ts'
import type { App } from '../../app-type.ts'
import { depsFor } from '../../deps-for.ts'
import { presentDataset } from '../../present-dataset.ts'
import { DatasetQuerySchema, DatasetSchema } from '../../schemas/dataset.ts'
import { problems } from '../../schemas/problem.ts'

const DESCRIPTION = `The body is a CSV file (RFC 4180, UTF-8, up to 32 MiB) or a form with one in it. The first line has the
names of the columns; comma, semicolon or tab between them. A column is of numbers where at least half of its cells are,
and then all must be; one of texts becomes a feature of 0 or 1 for each of its texts, of which there may be 50, of 300 letters each. The target
has two classes or more, or numbers; of several targets each has numbers, which are labels where they are 0 and 1. There are 10 rows at least, and no missing values. Rows are split into training,
validation and test part by the study's \`validationFraction\`, \`testFraction\` and \`splitSeed\`, each class in proportion,
the same in every trial.`

const BODY_BYTES_MAX = 32 * 1024 * 1024
// The last is what curl says when nobody tells it otherwise.
const CSV_TYPES = ['text/csv', 'text/plain', 'application/octet-stream', 'application/x-www-form-urlencoded']
const FORM = 'multipart/form-data'

// For the document alone: what is in the file is looked at on another thread.
const FileSchema = z.unknown().meta({ id: 'DatasetFile', type: 'string', description: 'A CSV file.' })

/** @param app a scope of its own: what it takes as a body is for this route only. */
export function createDatasetRoute(app: App, deps: ServiceDeps): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    [...CSV_TYPES, FORM],
    { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX },
    async (_request: unknown, body: Buffer) => body,
  )
  app.addContentTypeParser('*', async () => {
    throw new HoneError('unsupported-media-type', 'Send a CSV file, with the header Content-Type: text/csv.')
  })
  const schema = {
    operationId: 'createDataset',
    summary: 'Upload a data set',
    description: DESCRIPTION,
    tags: ['datasets'],
    headers: IdempotencyHeadersSchema,
    querystring: DatasetQuerySchema,
    consumes: ['text/csv', FORM],
    body: FileSchema,
    response: {
      201: DatasetSchema,
      ...problems(
        'malformed-request',
        'dataset-exists',
        'datasets-full',
        'request-in-progress',
        'body-too-large',
        'unsupported-media-type',
        'invalid-dataset',
        'idempotency-key-reused',
        'storage-unavailable',
      ),
    },
  }
  const options = { schema, bodyLimit: BODY_BYTES_MAX }
  app.post('/v1/datasets', options, async (request, reply) => {
    const { headers, method, url, query } = request
    const body = request.body as Buffer | undefined | null
    if (!body) throw new HoneError('invalid-dataset', 'There is no file: send it as the body, as text/csv.')
    const digest = createHash('sha256').update(body).digest('hex')
    const own = depsFor(deps, request)
    return answerOnce(own, { headers, method, url, body: digest }, reply, async (token) => {
      const upload = { ...query, body, contentType: headers['content-type'] ?? '' }
      const record = await createDataset(own, upload, token)
      return { location: `/v1/datasets/${record.name}`, view: presentDataset(record) }
    })
  })
}
