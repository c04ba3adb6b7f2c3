/** What people write for numbers and a table does not take, and what to write instead. */
const NOTATIONS: readonly (readonly [notation: RegExp, advice: string])[] = [
  // Of a decimal, or between thousands: which of them, nobody can tell.
  [
    /^[+-]?\d[\d.]*,[\d.,]*\d$/,
    'has a comma: write numbers with a decimal point, and thousands without commas',
  ],
  [/^[+-]?\d*[.,]?\d+ ?%$/, 'has a percent sign: write the numbers alone'],
  [/^[+-]?\d{1,3}(?:[_' ]\d{3})+(?:\.\d*)?$/, 'has marks between its thousands: write the digits alone'],
  [/^[+-]?(?:[$€£¥] ?\d[\d.,]*|\d[\d.,]* ?[$€£¥])$/, 'has a currency sign: write the numbers alone'],
  [/^[+-]?\d*\.?\d+\.?e\+?\d{3,}$/i, 'is too large: numbers go up to 1.7e308'],
  [
    /^(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{4}|\d{1,2}\/\d{1,2}\/\d\d)(?:[T ].*)?$/,
    'is a date: write numbers instead, such as days since the first one, or a column each for month and weekday',
  ],
]

/** Undefined of a text that looks like no number. */
export function notationAdvice(text: string): string | undefined {
  return NOTATIONS.find(([notation]) => notation.test(text))?.[1]
}
