import { type Figures, printFigures, withService } from './queues.ts'

const PARAMETERS = 20
// A body of more than 10 MB is refused.
const POINTS_A_REQUEST = 1000
const KINDS = ['importance', 'partial-dependence', 'recommendation', 'stopping-advice', 'diagnostics']

/** How long explanations of a large study take, and how long the API leaves others without an answer meanwhile. */
export async function measureExplanations(trials: number): Promise<Figures> {
  const figures: Figures = {}
  await withService(1, async ({ url }) => {
    const study = `${url}/v1/studies/${await createStudy(url, trials)}`
    for (const kind of KINDS) {
      for (const when of ['first', 'again']) {
        const { took, longest } = await besideOthers(study, `${study}/${kind}`)
        figures[`ms of ${kind}, ${when}`] = took
        figures[`ms of the longest GET meanwhile, ${kind}, ${when}`] = longest
      }
    }
  })
  return printFigures(figures)
}

/** Milliseconds of one GET, and of the longest of others that are sent one after the other until it is answered. */
async function besideOthers(other: string, path: string): Promise<{ took: number; longest: number }> {
  let took: number | undefined
  const explained = timed(path).then((ms) => {
    took = ms
  })
  let longest = 0
  while (took === undefined) longest = Math.max(longest, await timed(other))
  await explained
  return { took, longest }
}

async function timed(url: string): Promise<number> {
  const startedAt = performance.now()
  const answer = await fetch(url)
  await answer.arrayBuffer()
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  return performance.now() - startedAt
}

/** A study with as many known results, spread over a cube. */
async function createStudy(url: string, trials: number): Promise<string> {
  const names = Array.from({ length: PARAMETERS }, (_, i) => `x${i}`)
  const created = await post(`${url}/v1/studies`, 'application/json', {
    trainer: { kind: 'external' },
    searchSpace: { parameters: names.map((name) => ({ name, type: 'float', min: -1, max: 1 })) },
    metrics: [{ name: 'loss', goal: 'minimize' }],
  })
  const { id } = JSON.parse(created) as { id: string }
  for (let first = 0; first < trials; first += POINTS_A_REQUEST) {
    const points = Array.from({ length: Math.min(POINTS_A_REQUEST, trials - first) }, () => {
      const values = names.map(() => 2 * Math.random() - 1)
      const params = Object.fromEntries(names.map((name, i) => [name, values[i]]))
      return { params, metrics: { loss: values.reduce((sum, x) => sum + x * x, 0) } }
    })
    await post(`${url}/v1/studies/${id}/trials`, 'application/x-ndjson', ...points)
  }
  return id
}

/** @param lines one, or as many as the type allows. */
async function post(url: string, type: string, ...lines: readonly object[]): Promise<string> {
  const body = lines.map((line) => JSON.stringify(line)).join('\n')
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body })
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return text
}
