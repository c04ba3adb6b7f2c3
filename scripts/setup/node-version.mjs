// Below 20.19 Node cannot require() the ES modules that some packages are.
const OLDEST = [20, 19]

/** @throws Error when this Node is too old. */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return
  throw new Error(
    `Hone needs Node ${OLDEST.join('.')} or newer; this is ${version}. Install it from https://nodejs.org.`,
  )
}
