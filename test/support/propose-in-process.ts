import { readFileSync } from 'node:fs'
import { propose } from '../../src/optimizer/propose.ts'

// Reads a snapshot from standard input and prints the proposal: for comparing it with another process's.
const snapshot = JSON.parse(readFileSync(0, 'utf8'))
process.stdout.write(JSON.stringify(propose(snapshot, snapshot.trials.length)))
