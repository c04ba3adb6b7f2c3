import { problems } from '../../schemas/problem.ts'

/** What is refused to one who speaks for a trial that was leased to them. */
export const LEASED_PROBLEMS = problems(
  'malformed-request',
  'study-not-found',
  'trial-not-found',
  'not-external',
  'unknown-lease',
  'body-too-large',
  'unsupported-media-type',
  'invalid-request',
  'storage-unavailable',
)
