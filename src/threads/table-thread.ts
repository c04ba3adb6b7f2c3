import { parentPort, workerData } from 'node:worker_threads'
import type { UploadedTable } from '../services/ports/datasets.ts'
import { readTable } from '../tables/read-table.ts'

/** A thread that reads one file and is over. */
parentPort!.postMessage(await readTable(workerData as UploadedTable))
