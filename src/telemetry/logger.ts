import { type Logger, pino } from 'pino'

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
    redact: ['req.headers.authorization'],
  }
  return pino(options, pino.destination({ fd: output, sync: true }))
}
