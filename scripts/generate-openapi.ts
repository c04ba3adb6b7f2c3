import { writeFileSync } from 'node:fs'
import { renderOpenapi } from '../src/http/openapi/render-openapi.ts'
import { packagePath } from '../src/package-path.ts'

/** Writes openapi/openapi.json anew from the routes' schemas. */
writeFileSync(packagePath('openapi', 'openapi.json'), await renderOpenapi())
