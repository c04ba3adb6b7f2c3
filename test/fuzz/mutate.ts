import fc from 'fast-check'

/** What may be found where something else belongs. */
export const ANYTHING: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(0, -1, 1.5, 1e-320, 1e308, 2 ** 53, '', 'x'.repeat(5000), [], {}, null, true),
  fc.constantFrom('('.repeat(20_000), 'hiddenLayers +'.repeat(2000), '1 <= 1', 'hiddenLayers ^ 1e9 <= 1'),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'default',
    '\u0000',
    '\ud800',
    '٣',
  ),
  fc.constantFrom('../../etc/passwd', '{{7*7}}', "' OR 1=1 --", '<script>', 'redis.call("FLUSHALL")'),
)

/** `value` with one part of it, however deep, replaced, removed or added to. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value !== 'object' || value === null) return ANYTHING
  const parts = Object.entries(value).map(([key, part]) => mutated(part).map((change) => ({ key, change })))
  const added = fc.record({
    key: fc.constantFrom('toString', 'constructor', 'step', 'when', '9'),
    change: ANYTHING,
  })
  const keys = Object.keys(value)
  const removed = keys.length > 0 ? [fc.constantFrom(...keys).map((key) => ({ key, change: undefined }))] : []
  const whole = ANYTHING.map((change) => ({ key: null, change }))
  return fc.oneof(whole, ...parts, added, ...removed).map(({ key, change }) => {
    if (key === null) return change
    const copy = Array.isArray(value) ? [...value] : { ...value }
    return Object.assign(copy, { [key]: change })
  })
}
