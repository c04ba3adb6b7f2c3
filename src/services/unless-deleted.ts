import { HoneError } from '../domain/errors.ts'

/** Work on a study that somebody deleted meanwhile is simply over. */
export async function unlessDeleted(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!(error instanceof HoneError && error.code === 'study-not-found')) throw error
  }
}
