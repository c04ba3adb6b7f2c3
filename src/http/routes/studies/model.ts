import { z } from 'zod'
import type { ServiceDeps } from '../../../services/deps.ts'
import { bestModel, predictByBest } from '../../../services/studies/best-model.ts'
import type { App } from '../../app-type.ts'
import { studyIdFrom } from '../../ids-from-path.ts'
import {
  ModelQuerySchema,
  ModelSchema,
  PredictionsSchema,
  PredictRequestSchema,
} from '../../schemas/model.ts'
import { StudyPathSchema } from '../../schemas/path.ts'
import { problems } from '../../schemas/problem.ts'
import { sendRaw } from '../../send-raw.ts'

const ONNX = 'application/onnx'
const NONE = [
  'study-not-found',
  'no-best-trial',
  'several-objectives',
  'no-model',
  'storage-unavailable',
] as const

const DESCRIPTION = `The network that the best trial so far has trained: of a study with \`folds\` or \`repeats\`, the first
of the trial's trainings. Standardization is part of it, so it takes rows as they are in the data set.

\`onnx\` (opset 17) has the input \`features\`, the columns of numbers in order (float, rows x columns), and one input for
each column of texts, of its name (string, rows x 1). Its outputs are \`probabilities\` and \`label\`, or \`values\`; its
metadata name the columns and classes. \`json\` has the same in plain numbers: an input of the network is
\`z = (x - mean) / deviation\` of \`standardization\`, kept within \`clip\` deviations; of a feature in \`tails\` (their numbers
count from 0) \`z = (asinh((x - center) / width) - mean) / deviation\`, and the input is \`clip * asinh(z / clip)\`.`

export function bestModelRoutes(app: App, deps: ServiceDeps): void {
  getModelRoute(app, deps)
  predictRoute(app, deps)
}

function getModelRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'getBestModel',
    summary: "Get the best trial's trained network as a file",
    description: DESCRIPTION,
    tags: ['studies'],
    params: StudyPathSchema,
    querystring: ModelQuerySchema,
    response: {
      200: {
        description: 'The network.',
        content: {
          [ONNX]: { schema: z.unknown().meta({ id: 'OnnxFile', type: 'string', format: 'binary' }) },
          'application/json': { schema: ModelSchema },
        },
      },
      ...problems('malformed-request', ...NONE),
    },
  }
  app.get('/v1/studies/:study/best/model', { schema }, async (request, reply) => {
    const id = studyIdFrom(request.params)
    const { trial, content, reader } = await bestModel(deps, id)
    const { format } = request.query
    reply.header('content-disposition', `attachment; filename="${id}-${trial}.${format}"`)
    if (format === 'onnx') return sendRaw(reply, ONNX, Buffer.from(reader.asOnnx(content)))
    return sendRaw(reply, 'application/json', JSON.stringify(reader.asJson(content)))
  })
}

function predictRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'predictByBest',
    summary: "Predict by the best trial's trained network",
    tags: ['studies'],
    params: StudyPathSchema,
    body: PredictRequestSchema,
    response: {
      200: PredictionsSchema,
      ...problems(
        'malformed-request',
        'body-too-large',
        'unsupported-media-type',
        'invalid-request',
        ...NONE,
      ),
    },
  }
  // It changes nothing.
  const config = { invalidBody: 'invalid-request', scope: 'read' } as const
  app.post('/v1/studies/:study/best::predict', { schema, config }, async ({ params, body }) =>
    predictByBest(deps, studyIdFrom(params), body.rows),
  )
}
