import { type Logger, pino } from 'pino'

/**
 * One line an event, past tense, fields first. The field names are the same everywhere:
 * requestId studyId trialId attempt proposalIndex revision queue jobId code durationMs err
 */
export function createLogger(process: string, level: string): Logger {
  return pino({ name: 'hone', level, base: { process }, redact: ['req.headers.authorization'] })
}
