// Proves the image without a container engine: builds the Dockerfile with buildah, starts the API and both workers
// from the image, and runs a study through them. Needs root, and installs with apt what it lacks.
import { buildImage, removeImage } from './image/build-image.mjs'
import { checkCompose } from './image/check-compose.mjs'
import { checkImage } from './image/check-image.mjs'
import { missingRequirement } from './image/requirements.mjs'
import { formatTally } from './test/tally.mjs'

const tally = { passed: 0, failed: 0, skipped: 0 }

/** @param {string} promise @param {() => Promise<unknown>} work */
async function test(promise, work) {
  const startedAt = performance.now()
  try {
    await work()
    tally.passed++
    console.log(`ok      ${promise} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
  } catch (error) {
    tally.failed++
    console.log(`FAILED  ${promise}`, error)
  }
}

const reason = await missingRequirement()
if (reason) {
  tally.skipped++
  console.log(`Skipped: ${reason}`)
} else {
  await test('the compose file is valid and its trial workers can be scaled', checkCompose)
  await test('the Dockerfile builds', buildImage)
  if (tally.failed === 0) await checkImage(test)
  await removeImage()
}
console.log(`\n${formatTally(tally)}`)
if (tally.failed > 0) process.exitCode = 1
