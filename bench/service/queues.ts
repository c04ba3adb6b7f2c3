import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { newStudyId } from '../../src/domain/ids.ts'
import { fillStudy, latenciesMs, proposalsMs, quantileMs, requestsMs, trialsPerSecond } from './measures.ts'
import { bytesOf, bytesOfFinishedTrial, measureReports } from './memory.ts'
import { type Service, startService } from './service.ts'

// More than there are places in four workers, so that none of them waits for want of permission.
const PARALLEL = 256
// Trials of each worker, and requests of the API, before anything is measured: its JavaScript is compiled as it runs, and
// what that takes is no cost of a trial.
const WARM_UP = 2000
const MANY = 100_000
const PROPOSALS = 50
const SEQUENTIAL = 300
// More than are finished while the API is asked.
const BUSY = 30_000
const REQUESTS_A_SECOND = 500
const PAGES = 100
// Some seconds of real trainings.
const TRAININGS = 24
const TRAINER = { kind: 'mlp', dataset: 'digits' }

/** What is printed, by name. */
export type Figures = Record<string, number>

/** The whole way of a trial: queues, workers and Redis, of a function that takes no time and by random search. */
export async function measureQueues(trials: number): Promise<Figures> {
  const figures: Figures = {}
  for (const workers of [1, 2, 4]) {
    await withService(workers, async (service) => {
      await service.untilCompleted(await service.createStudy(WARM_UP * workers, PARALLEL))
      await throughput(service, workers, trials, figures)
      if (workers === 1) {
        await measureEfficiency(service, figures)
        await measureOne(service, figures)
      }
    })
  }
  return printFigures(figures)
}

export function printFigures(figures: Figures): Figures {
  console.log('| figure | value |\n|---|---|')
  for (const [name, value] of Object.entries(figures)) console.log(`| ${name} | ${value.toPrecision(3)} |`)
  return figures
}

export async function withService(
  workers: number,
  measure: (service: Service) => Promise<void>,
): Promise<void> {
  const service = await startService(workers)
  await measure(service).finally(() => service.close())
}

async function throughput(
  { createStudy, untilCompleted, store, cpuSeconds }: Service,
  workers: number,
  trials: number,
  figures: Figures,
): Promise<void> {
  const before = cpuSeconds()
  const id = await createStudy(trials, PARALLEL)
  await untilCompleted(id)
  figures[`trials/s, ${workers} trial workers`] = trialsPerSecond(await store.readJournal(id))
  for (const [name, seconds] of Object.entries(cpuSeconds()))
    figures[`CPU ms a trial, ${name}, ${workers} trial workers`] = (1000 * (seconds - before[name]!)) / trials
}

/** The same trainings one after the other, and as many at a time as there are cores: how much of each core they use. */
async function measureEfficiency(
  { createStudy, untilCompleted, store }: Service,
  figures: Figures,
): Promise<void> {
  const cores = availableParallelism()
  const rate = async (parallel: number) => {
    const id = await createStudy(TRAININGS, parallel, TRAINER)
    await untilCompleted(id)
    return trialsPerSecond(await store.readJournal(id))
  }
  const alone = await rate(1)
  figures['trainings/s, one at a time'] = alone
  figures[`parallel efficiency of ${cores} trainings at a time`] = (await rate(cores)) / (cores * alone)
}

async function measureOne(service: Service, figures: Figures): Promise<void> {
  const { url, store, createStudy, untilCompleted } = service
  await untilCompleted(await createStudy(SEQUENTIAL, 1))
  const { study: sequential, latencies } = await latenciesMs(service, SEQUENTIAL)
  figures['ms a trial, one at a time, p50'] = quantileMs(latencies, 0.5)
  figures['ms a trial, one at a time, p99'] = quantileMs(latencies, 0.99)
  figures['bytes of Redis a finished trial'] = await bytesOfFinishedTrial(service, sequential)

  await requestsMs(`${url}/v1/studies/${sequential}`, WARM_UP, REQUESTS_A_SECOND)
  const busy = await createStudy(BUSY, PARALLEL)
  const times = await requestsMs(`${url}/v1/studies/${busy}`, 5 * REQUESTS_A_SECOND, REQUESTS_A_SECOND)
  if ((await store.places(busy)).state !== 'running')
    throw new Error('The trials ended before the requests did.')
  figures['ms for GET a study at 500/s while trials run, p50'] = quantileMs(times, 0.5)
  figures['ms for GET a study at 500/s while trials run, p99'] = quantileMs(times, 0.99)
  await fetch(`${url}/v1/studies/${busy}:stop`, { method: 'POST' })

  await measurePages(service, figures)
  await measureReports(service, figures)
}

async function measurePages(service: Service, figures: Figures): Promise<void> {
  const { store, url } = service
  const { study } = await store.getStudy((await store.listStudies({ limit: 1 })).items[0]!.study.id)
  const id = newStudyId(randomBytes(16))
  const limits = { trials: MANY + 2 * PROPOSALS, parallel: 1000 }
  await store.createStudy(id, { ...study.definition, limits })
  // Nobody is to work on it but this program.
  await store.closeStudy(id)
  await fillStudy(service, id, MANY)
  const page = `${url}/v1/studies/${id}/trials?limit=100`
  const times = []
  for (let i = 0; i < PAGES; i++) times.push(...(await requestsMs(page, 1, 1)))
  figures[`ms for a page of 100 of ${MANY} trials, p50`] = quantileMs(times, 0.5)
  figures[`ms for a page of 100 of ${MANY} trials, p99`] = quantileMs(times, 0.99)
  // As every sweep does where a study is open.
  await store.archiveJournal(id)
  figures[`bytes of Redis a trial, ${MANY} trials`] = (await bytesOf(service, id)) / MANY
  const [whole, ...following] = await proposalsMs(service, id, PROPOSALS)
  figures[`ms to read a study of ${MANY} trials whole and propose`] = whole!
  figures[`ms for each further proposal of ${MANY} trials, p50`] = quantileMs(following, 0.5)
}
