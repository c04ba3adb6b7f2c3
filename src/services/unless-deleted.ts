import { isCode } from '../domain/errors.ts'

/** What comes of work on a study; undefined where there is no such study (any more). */
export async function unlessDeleted<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work
  } catch (error) {
    if (isCode(error, 'study-not-found')) return undefined
    throw error
  }
}
