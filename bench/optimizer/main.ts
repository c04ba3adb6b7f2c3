/**
 * How good the samplers are, and how fast:
 *
 *     npm run bench:optimizer -- --suite regret    [--seeds 10] [--sampler auto]... [problem ...]
 *     npm run bench:optimizer -- --suite synthetic [--seeds 10] [--sampler auto] [--peers FILE] [problem ...]
 *     npm run bench:optimizer -- --suite latency   [--sampler auto] [--rows 100,500,1000] [--repeats 7]
 *
 * regret (the default) needs nothing else; synthetic scores one sampler against random search and, where there are any,
 * the recorded results of other optimizers; latency takes the time of one proposal. Each prints a Markdown table, then
 * its figures as one line of JSON.
 */
import { parseArgs } from 'node:util'
import type { SamplerKind } from '../../src/domain/study.ts'
import { SAMPLERS } from '../../src/optimizer/registry.ts'
import { measureLatency } from './latency.ts'
import { PROBLEMS, SYNTHETIC } from './problems.ts'
import { measureRegret } from './regret.ts'
import { measureSynthetic } from './synthetic.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    suite: { type: 'string', default: 'regret' },
    seeds: { type: 'string', default: '10' },
    sampler: { type: 'string', multiple: true },
    peers: { type: 'string' },
    rows: { type: 'string', default: '100,500,1000' },
    repeats: { type: 'string', default: '7' },
  },
})
const seeds = Number(values.seeds)
const samplers = values.sampler?.map(knownSampler)
const [sampler = 'auto'] = samplers ?? []

switch (values.suite) {
  case 'regret':
    measureRegret(chosen(PROBLEMS), samplers ?? ['random', 'sobol', 'auto'], seeds)
    break
  case 'synthetic':
    measureSynthetic(chosen(SYNTHETIC), sampler, seeds, values.peers)
    break
  case 'latency':
    measureLatency(sampler, values.rows.split(',').map(Number), Number(values.repeats))
    break
  default:
    throw new Error(`No suite is called ${values.suite}: regret, synthetic or latency.`)
}

function chosen<Named extends { readonly name: string }>(problems: readonly Named[]): readonly Named[] {
  return problems.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
}

function knownSampler(name: string): SamplerKind {
  if (!Object.hasOwn(SAMPLERS, name)) throw new Error(`No sampler is called ${name}.`)
  return name as SamplerKind
}
