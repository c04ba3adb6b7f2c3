import { describe, expect, it } from 'vitest'
import { parseArguments, USAGE } from '../../../src/quickstart/arguments.ts'

describe('parseArguments', () => {
  it('tunes the digits with 40 trials, one at a time, when nothing is said', () => {
    expect(parseArguments([])).toEqual({
      dataset: 'digits',
      trials: 40,
      seed: 7,
      parallel: 1,
      name: 'digits quickstart',
      warmStart: false,
      prune: false,
      keep: false,
      json: false,
    })
  })

  it('takes every flag', () => {
    const args = [
      '--dataset',
      'wine',
      '--trials=20',
      '--seed',
      '0',
      '--parallel',
      '2',
      '--name',
      'x',
      '--warm-start',
      '--prune',
      '--keep',
      '--json',
    ]

    expect(parseArguments(args)).toEqual({
      dataset: 'wine',
      trials: 20,
      seed: 0,
      parallel: 2,
      name: 'x',
      warmStart: true,
      prune: true,
      keep: true,
      json: true,
    })
  })

  it.each(['--help', '-h'])('asks for help with %s, which names every flag', (flag) => {
    expect(parseArguments([flag])).toBeUndefined()
    for (const name of [
      'dataset',
      'trials',
      'seed',
      'parallel',
      'name',
      'warm-start',
      'prune',
      'keep',
      'json',
    ]) {
      expect(USAGE).toContain(`--${name}`)
    }
  })

  it.each([
    [['--trial', '3'], "Unknown option '--trial'. The flags: npm run quickstart -- --help"],
    [['wine'], "Unexpected argument 'wine'. This command does not take positional arguments"],
    [['--trials'], "Option '--trials <value>' argument missing"],
    [['--trials', '0'], '--trials must be a whole number, 1 or more; "0" is not.'],
    [['--trials', '1e3'], '--trials must be a whole number, 1 or more; "1e3" is not.'],
    [['--seed', '99999999999999999999'], '--seed must be a whole number'],
    [['--parallel', ''], '--parallel must be a whole number'],
  ])('refuses %j in one line', (args, message) => {
    expect(() => parseArguments(args)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('\n') }),
    )
    expect(() => parseArguments(args)).toThrow(message.split('. This')[0]!)
  })
})
