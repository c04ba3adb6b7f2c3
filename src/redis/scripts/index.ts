import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Redis } from 'ioredis'
import { packagePath } from '../../package-path.ts'

export type ScriptName =
  | 'archive-block'
  | 'cancel-idle'
  | 'change-webhook'
  | 'commit-asked'
  | 'commit-proposals'
  | 'create-study'
  | 'delete-study'
  | 'dispatch-waiting'
  | 'edit-study'
  | 'enqueue-trials'
  | 'finish-trial'
  | 'move-study'
  | 'put-model'
  | 'read-study'
  | 'record-test'
  | 'release-trial'
  | 'report-trial'
  | 'report-values'
  | 'set-told'
  | 'settle-models'
  | 'start-trial'
  | 'stop-study'
  | 'stop-trial'
  | 'take-trials'
  | 'tell-trial'

interface Script {
  readonly source: string
  readonly sha1: string
}

const read = (name: string) => readFileSync(packagePath('src', 'redis', 'scripts', `${name}.lua`), 'utf8')
const loaded = new Map<ScriptName, Script>()

function load(name: ScriptName): Script {
  const source = `${read('prelude')}\n${read(name)}`
  const script = { source, sha1: createHash('sha1').update(source).digest('hex') }
  loaded.set(name, script)
  return script
}

/** Runs a script by its digest; its text is sent only to a server that has forgotten it. */
export async function runScript(
  redis: Redis,
  name: ScriptName,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
): Promise<unknown> {
  const { source, sha1 } = loaded.get(name) ?? load(name)
  try {
    return await redis.evalsha(sha1, keys.length, ...keys, ...args)
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
    return redis.eval(source, keys.length, ...keys, ...args)
  }
}

/** Has the server know every script, which shows that it runs and takes them. */
export async function loadScripts(redis: Redis): Promise<void> {
  const files = readdirSync(packagePath('src', 'redis', 'scripts')).filter((file) => file.endsWith('.lua'))
  const names = files
    .map((file) => basename(file, '.lua'))
    .filter((name) => name !== 'prelude') as ScriptName[]
  const scripts = names.map((name) => loaded.get(name) ?? load(name))
  const known = (await redis.script('EXISTS', ...scripts.map(({ sha1 }) => sha1))) as number[]
  const missing = scripts.filter((_, i) => known[i] === 0)
  await Promise.all(missing.map(({ source }) => redis.script('LOAD', source)))
}
