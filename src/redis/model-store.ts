import type { ModelStore } from '../services/ports/model-store.ts'
import { modelsKey, studyKeys } from './keys.ts'
import { orUnavailable, runOnStudy, type ScriptContext } from './store-context.ts'

export function createModelStore(context: ScriptContext): ModelStore {
  const { redis, prefix } = context
  return {
    mayBeBest: async (id, score) => {
      const best = await orUnavailable(redis.hget(studyKeys(prefix, id).study, 'bestValue'))
      return best === null || score < Number(best)
    },
    put: async (id, number, content) => {
      const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
      await runOnStudy(context, 'put-model', { id }, modelsKey(prefix, id), number, bytes)
    },
    settle: async (id) => {
      await runOnStudy(context, 'settle-models', { id }, modelsKey(prefix, id))
    },
    find: async (id, number) =>
      (await orUnavailable(redis.hgetBuffer(modelsKey(prefix, id), String(number)))) ?? undefined,
  }
}
