/** @param {string} line for the person who waits. */
export function report(line) {
  process.stderr.write(`${line}\n`)
}

/**
 * Does a step and says so in one line with the time it took. On a terminal the line counts along meanwhile.
 *
 * @template T
 * @param {string} doing such as "Installing the packages".
 * @param {string} done such as "Installed the packages".
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(doing, done, work) {
  const startedAt = performance.now()
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(0)
  const draw = () => process.stderr.write(`\r${doing}: ${seconds()} s `)
  const timer = process.stderr.isTTY ? setInterval(draw, 200) : undefined
  try {
    const result = await work()
    clearLine()
    report(`${done} in ${seconds()} s.`)
    return result
  } catch (error) {
    clearLine()
    throw error
  } finally {
    clearInterval(timer)
  }
}

function clearLine() {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K')
}
