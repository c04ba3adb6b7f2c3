/** A whole number, and where what follows it begins. */
export interface Varint {
  readonly value: number
  readonly end: number
}

/** As varint() of prelude.lua writes it: digits of `base`, the lowest first; `base` more says that more follow. */
export function readVarint(digits: Uint8Array, start: number, base: number): Varint {
  let value = 0
  let unit = 1
  for (let i = start; i < digits.length; i++, unit *= base) {
    const digit = digits[i]!
    value += (digit % base) * unit
    if (digit < base) return { value, end: i + 1 }
  }
  throw new Error('A number is cut short.')
}

/** All that there are. */
export function readVarints(digits: Uint8Array, base: number): number[] {
  const values: number[] = []
  for (let start = 0; start < digits.length; ) {
    const { value, end } = readVarint(digits, start, base)
    values.push(value)
    start = end
  }
  return values
}
