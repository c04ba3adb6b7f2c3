import { parseArgs } from 'node:util'

export interface Arguments {
  readonly dataset: string
  readonly trials: number
  readonly seed: number
  readonly parallel: number
  readonly name: string
  /** Whether to begin with what did well in the earlier studies. */
  readonly warmStart: boolean
  /** Whether to give trials up that will hardly become the best. */
  readonly prune: boolean
  readonly keep: boolean
  readonly json: boolean
}

const DEFAULTS = { dataset: 'digits', trials: 40, seed: 7, parallel: 1 }

export const USAGE = `npm run quickstart -- [flags]

Tunes a network on a built-in data set: starts everything that takes, shows the best trials, stops it again.

  --dataset NAME   digits, iris, wine, breast-cancer, diabetes, xor, two-moons,
                   spirals, robot-arm or discs (${DEFAULTS.dataset})
  --trials N       trials to run (${DEFAULTS.trials})
  --seed N         the same seed gives the same trials, one at a time (${DEFAULTS.seed})
  --parallel N     trials at once (${DEFAULTS.parallel})
  --name TEXT      name of the study ("<data set> quickstart")
  --warm-start     begin with what did well in the earlier studies here
  --prune          give trials up early that will hardly become the best
  --keep           leave the service up afterwards
  --json           end with one line of JSON
  --help           this text`

/** What was typed cannot be meant. The message is one line for the person who typed it. */
export class BadArguments extends Error {}

/**
 * @returns undefined when help was asked for.
 * @throws BadArguments
 */
export function parseArguments(args: readonly string[]): Arguments | undefined {
  const values = parse(args)
  if (values.help) return undefined
  const { dataset = DEFAULTS.dataset, name = `${dataset} quickstart`, keep = false, json = false } = values
  return {
    dataset,
    trials: integer('trials', values.trials, 1, DEFAULTS.trials),
    seed: integer('seed', values.seed, 0, DEFAULTS.seed),
    parallel: integer('parallel', values.parallel, 1, DEFAULTS.parallel),
    name,
    warmStart: values['warm-start'] ?? false,
    prune: values.prune ?? false,
    keep,
    json,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        dataset: { type: 'string' },
        trials: { type: 'string' },
        seed: { type: 'string' },
        parallel: { type: 'string' },
        name: { type: 'string' },
        'warm-start': { type: 'boolean' },
        prune: { type: 'boolean' },
        keep: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    // Node's messages go on for sentences.
    const [sentence] = (error as Error).message.split(/[.\n]/)
    throw new BadArguments(`${sentence}. The flags: npm run quickstart -- --help`, { cause: error })
  }
}

function integer(flag: string, text: string | undefined, min: number, otherwise: number): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value
  throw new BadArguments(`--${flag} must be a whole number, ${min} or more; ${JSON.stringify(text)} is not.`)
}
