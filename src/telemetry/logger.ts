import { type Logger, pino, type SerializedError, stdSerializers } from 'pino'

/**
 * One line an event, past tense, fields first. The field names are the same everywhere:
 * requestId traceId tokenId studyId trialId attempt proposalIndex revision queue jobId code durationMs err
 *
 * @param output file descriptor; stdout unless given.
 */
export function createLogger(process: string, level: string, output = 1): Logger {
  const options = {
    name: 'hone',
    level,
    base: { process },
    serializers: { err: presentError },
    redact: ['req.headers.authorization'],
  }
  return pino(options, pino.destination({ fd: output, sync: true }))
}

/** No other field: a Redis client's errors hold the arguments of their command, which are anybody's secrets and rows. */
function presentError(error: Error): Partial<SerializedError> {
  const { type, message, stack, code } = stdSerializers.err(error)
  return { type, message, stack, ...(code !== undefined && { code }) }
}
