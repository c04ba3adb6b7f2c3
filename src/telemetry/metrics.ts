import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Load } from '../services/ports/job-queue.ts'
import type { StudyStore } from '../services/ports/study-store.ts'

/** What a process counts, for Prometheus to fetch. Names and units as Prometheus would have them. */
export interface Metrics {
  /** @param route as it was declared, so that ids make no series of their own. */
  requestAnswered(method: string, route: string, status: number, seconds: number): void
  /** The same handler of a queue's jobs, timed. */
  timed<Args extends unknown[], Result>(
    queue: string,
    handle: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result>
  /** The same store, whose changes are counted. */
  metered(store: StudyStore): StudyStore
  /** In Prometheus's text format. @param load undefined when it could not be measured. */
  render(load: Load | undefined): Promise<string>
  readonly contentType: string
}

// From a polled study to one that is waited for.
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60]
// From the proposal of a random point to an hour of training.
const JOB_SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600]

/** Of this process alone: also its memory, its CPU and the lag of its event loop. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'hone_http_request_duration_seconds',
    help: 'Requests answered; a stream counts when it ends.',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_SECONDS,
    registers: [registry],
  })
  const jobs = new Histogram({
    name: 'hone_job_duration_seconds',
    help: 'Jobs handled: proposals, and trainings (queue "trials").',
    labelNames: ['queue', 'outcome'],
    buckets: JOB_SECONDS,
    registers: [registry],
  })
  const showLoad = createLoadGauges(registry)
  return {
    requestAnswered: (method, route, status, seconds) => requests.observe({ method, route, status }, seconds),
    timed:
      (queue, handle) =>
      async (...args) => {
        const stop = jobs.startTimer({ queue })
        const handled = handle(...args)
        handled.then(
          () => stop({ outcome: 'done' }),
          () => stop({ outcome: 'failed' }),
        )
        return handled
      },
    metered: createMeter(registry),
    render: (load) => {
      showLoad(load)
      return registry.metrics()
    },
    contentType: registry.contentType,
  }
}

function createMeter(registry: Registry): (store: StudyStore) => StudyStore {
  const registers = [registry]
  const proposals = new Counter({
    name: 'hone_proposals_total',
    help: 'Trials that a sampler proposed.',
    labelNames: ['sampler'],
    registers,
  })
  const started = new Counter({
    name: 'hone_attempts_total',
    help: 'Attempts at trials that began.',
    registers,
  })
  const steps = new Counter({
    name: 'hone_training_steps_total',
    help: 'Points of learning curves reported: epochs, for a network. Its rate is the training throughput.',
    registers,
  })
  const finished = new Counter({
    name: 'hone_trials_finished_total',
    help: 'Trials that this process finished.',
    labelNames: ['state'],
    registers,
  })
  return (store) => ({
    ...store,
    commitProposals: async (...args) => {
      const answer = await store.commitProposals(...args)
      for (const { origin } of args[2].slice(0, answer.committed)) proposals.inc({ sampler: origin.sampler })
      return answer
    },
    startTrial: async (...args) => {
      const trial = await store.startTrial(...args)
      if (typeof trial === 'object') started.inc()
      return trial
    },
    reportValues: async (...args) => {
      const answer = await store.reportValues(...args)
      steps.inc(args[3].length)
      return answer
    },
    commitAsked: async (...args) => {
      const answer = await store.commitAsked(...args)
      if (answer) proposals.inc({ sampler: args[2].origin.sampler })
      return answer
    },
    reportTrial: async (...args) => {
      const answer = await store.reportTrial(...args)
      steps.inc(args[3].length)
      return answer
    },
    tellTrial: async (...args) => {
      const answer = await store.tellTrial(...args)
      if (answer === 'finished') finished.inc({ state: args[3].state })
      return answer
    },
    finishTrial: async (...args) => {
      const answer = await store.finishTrial(...args)
      finished.inc({ state: args[3].state })
      return answer
    },
  })
}

/** Of the whole service, so each of its processes shows the same. */
function createLoadGauges(registry: Registry): (load: Load | undefined) => void {
  const registers = [registry]
  const up = new Gauge({ name: 'hone_storage_up', help: 'Whether Redis answered.', registers })
  const studies = new Gauge({
    name: 'hone_open_studies',
    help: 'Studies that may still need work.',
    registers,
  })
  const trials = new Gauge({
    name: 'hone_open_study_trials',
    help: 'Trials of open studies by state.',
    labelNames: ['state'],
    registers,
  })
  const jobs = new Gauge({
    name: 'hone_queue_jobs',
    help: 'Jobs in the queues by state.',
    labelNames: ['queue', 'state'],
    registers,
  })
  return (load) => {
    studies.remove()
    trials.reset()
    jobs.reset()
    up.set(load ? 1 : 0)
    if (!load) return
    studies.set(load.openStudies)
    for (const [state, count] of Object.entries(load.trials)) trials.set({ state }, count)
    for (const [queue, counts] of Object.entries(load.jobs))
      for (const [state, count] of Object.entries(counts)) jobs.set({ queue, state }, count)
  }
}
