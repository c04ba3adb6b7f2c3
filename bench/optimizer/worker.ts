/** A process that runs one study after the other for jobs.ts. */
import { type Job, runJob } from './jobs.ts'

process.on('message', (job) => process.send!(runJob(job as Job)))
