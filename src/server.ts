import { buildApp } from './http/app.ts'
import { runProcess } from './run-process.ts'

await runProcess('api', async ({ config, deps, logger }) => {
  const app = await buildApp(deps, { logger })
  const url = await app.listen({ host: config.HONE_HOST, port: config.HONE_PORT })
  logger.info({ url }, 'api listening')
  process.send?.({ type: 'listening', url })
  return () => app.close()
})
