import { describe, expect, it } from 'vitest'
import type { UploadedTable } from '../../../src/services/ports/datasets.ts'
import { readTable } from '../../../src/tables/read-table.ts'
import { decodeFeatures, decodeTargets } from '../../../src/trainers/mlp/data/decode-dataset.ts'

type Options = Partial<Pick<UploadedTable, 'target' | 'task' | 'contentType'>>

function read(csv: string | Uint8Array, options: Options = {}) {
  const body = typeof csv === 'string' ? new TextEncoder().encode(csv) : csv
  return readTable({ body, contentType: 'text/csv', name: 'mine', ...options })
}

async function readWhole(csv: string | Uint8Array, options?: Options) {
  const table = await read(csv, options)
  if ('faults' in table) throw new Error(JSON.stringify(table.faults))
  const { description, content } = table
  return {
    ...description,
    features: [...decodeFeatures(description, content)],
    target: [...decodeTargets(description, content)],
  }
}

async function faultsOf(csv: string | Uint8Array, options?: Options) {
  const table = await read(csv, options)
  return 'faults' in table ? table.faults : []
}

/** Ten rows or more: cell by cell from the row's number. */
function csv(header: string, row: (i: number) => string, rows = 10): string {
  return [header, ...Array.from({ length: rows }, (_, i) => row(i))].join('\n')
}

describe('a table', () => {
  it('has numbers, texts as a feature each in order, and the last column to predict', async () => {
    const table = await readWhole(
      csv('size,colour,kind', (i) => `${i / 2},${i % 2 ? 'red' : 'blue'},${i < 5 ? 'b' : 'a'}`),
    )

    expect(table).toMatchObject({
      task: 'classification',
      rows: 10,
      columns: [{ name: 'size' }, { name: 'colour', categories: ['blue', 'red'] }],
      targets: ['kind'],
      classes: ['a', 'b'],
    })
    expect(table.features.slice(0, 6)).toEqual([0, 1, 0, 0.5, 0, 1])
    expect(table.target).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0])
  })

  it('has one class for a number, however it is written, unless there are texts beside it', async () => {
    const written = ['1', '1.0', '01', '+1', '2', '1e0', '2.', '-0', '0', '0.0']
    const numbers = await readWhole(csv('x,y', (i) => `${i},${written[i]}`))
    const texts = await readWhole(csv('x,y', (i) => `${i},${i === 0 ? 'a' : written[i]}`))

    expect(numbers).toMatchObject({ task: 'classification', classes: ['0', '1', '2'] })
    expect(numbers.target).toEqual([1, 1, 1, 1, 2, 1, 2, 0, 0, 0])
    expect(texts.classes).toEqual(['+1', '-0', '0', '0.0', '01', '1.0', '1e0', '2', '2.', 'a'])
  })

  it.each(['10-19', '3 years', 'v1.2.3', '10.0.0.1', 'Q1 2026', '5 mg', '1e5a', 'A%', '12345-6789'])(
    'may have %s in a column of texts',
    async (text) => {
      const table = await readWhole(csv('x,y', (i) => `${i % 2 ? text : 'other'},${i % 2}`))

      expect(table.columns[0]!.categories).toContain(text)
    },
  )

  it('may have its target anywhere', async () => {
    const table = await readWhole(
      csv('y,x', (i) => `${i % 2},${i}`),
      { target: 'y' },
    )

    expect(table).toMatchObject({ columns: [{ name: 'x' }], targets: ['y'], classes: ['0', '1'] })
    expect(table.features).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it.each([
    ['few whole numbers', (i: number) => i % 10, 'classification'],
    ['many whole numbers', (i: number) => i, 'regression'],
    ['fractions', (i: number) => (i % 2) + 0.5, 'regression'],
  ])('of %s is for %s', async (_what, target, task) => {
    expect(await readWhole(csv('x,y', (i) => `${i},${target(i)}`, 40))).toMatchObject({ task })
  })

  it('orders classes that are numbers by size', async () => {
    const table = await readWhole(csv('x,y', (i) => `${i},${i % 2 ? 10 : 9}`))

    expect(table.classes).toEqual(['9', '10'])
  })

  it('is for what the request says', async () => {
    const table = await readWhole(
      csv('x,y', (i) => `${i},${i % 3}`),
      { task: 'regression' },
    )

    expect(table).toMatchObject({ task: 'regression', classes: [] })
    expect(table.target.slice(0, 4)).toEqual([0, 1, 2, 0])
  })

  it.each([
    ['semicolons', ';'],
    ['tabs', '\t'],
  ])('may have %s between cells, a mark of its byte order and quoted names', async (_what, mark) => {
    const text = csv(['"a, b"', 'y'].join(mark), (i) => [i, i % 2].join(mark)).replaceAll('\n', '\r\n')

    expect(await readWhole(`\uFEFF${text}\r\n`)).toMatchObject({ columns: [{ name: 'a, b' }], rows: 10 })
  })

  it('may have several targets: values, or labels where all are 0 or 1', async () => {
    const text = csv('x,up,right,far', (i) => `${i},${i % 2},${i < 5 ? 1 : 0},${i / 4}`)

    const labels = await readWhole(text, { target: 'right,up' })
    expect(labels).toMatchObject({ task: 'multi-label', targets: ['right', 'up'], classes: [] })
    expect(labels.columns.map(({ name }) => name)).toEqual(['x', 'far'])
    expect(labels.target.slice(0, 6)).toEqual([1, 0, 1, 1, 1, 0])
    const values = await readWhole(text, { target: 'up, far' })
    expect(values).toMatchObject({ task: 'regression', targets: ['up', 'far'] })
    expect(values.target.slice(0, 6)).toEqual([0, 0, 1, 0.25, 0, 0.5])
    expect(await readWhole(text, { target: 'up', task: 'multi-label' })).toMatchObject({ targets: ['up'] })
  })

  it('may have a target with a comma in its name', async () => {
    const text = csv('x,"a, b"', (i) => `${i},${i % 2}`)

    expect(await readWhole(text, { target: 'a, b' })).toMatchObject({ targets: ['a, b'] })
  })

  it('may have 10,000 columns to predict from', async () => {
    const header = (features: number) => Array.from({ length: features }, (_, i) => `c${i}`).join()
    const cells = (features: number) =>
      csv(`${header(features)},y`, (i) => `${'1,'.repeat(features)}${i % 2}`)

    expect(await readWhole(cells(10_000))).toMatchObject({ rows: 10 })
    expect(await faultsOf(cells(10_001))).toEqual([
      { path: 'line 1', message: 'has 10001 columns to predict from: at most 10000' },
    ])
    // Each name held against each other would take minutes.
    const wide = Array.from({ length: 300_000 }, (_, i) => `c${i}`).join(',')
    expect((await faultsOf(wide))[0]!.message).toContain('has 299999 columns')
  })

  it('comes as the only file of a form', async () => {
    const form = new FormData()
    form.append('file', new Blob([csv('x,y', (i) => `${i},${i % 2}`)]), 'data.csv')
    const sent = new Response(form)
    const body = new Uint8Array(await sent.arrayBuffer())

    const contentType = sent.headers.get('content-type')!
    expect(await readWhole(body, { contentType })).toMatchObject({ rows: 10, classes: ['0', '1'] })
    expect(await faultsOf('nothing', { contentType: 'multipart/form-data' })).toHaveLength(1)
  })
})

describe('a table is refused', () => {
  const fine = (i: number) => `${i},${i % 2}`

  it.each([
    ['that is empty', '', '', /empty/],
    ['without a header', csv('1,2', fine), 'line 1', /no header/],
    ['with one column', csv('x', (i) => `${i}`), 'line 1', /two columns/],
    ['with a column without a name', csv('x,', fine), 'line 1', /column 2 has no name/],
    ['with two columns of a name', csv('x,x', fine), 'line 1', /two columns are called x/],
    ['of too few rows', csv('x,y', fine, 9), '', /9 rows: at least 10/],
    [
      'with a short row',
      csv('x,y', (i) => (i === 3 ? '3' : fine(i))),
      'line 5',
      /has 1 cell where the header has 2/,
    ],
    ['with a long row', csv('x,y', (i) => (i === 3 ? '3,1,2' : fine(i))), 'line 5', /has 3 cells/],
    [
      'with an open quote',
      csv('x,y', (i) => (i === 3 ? '"3,1' : fine(i))),
      'line 5',
      /quote .* never closed/,
    ],
    ['with decimal commas', csv('x;y', (i) => `${i},5;${i % 2}`), 'line 2: x', /^"0,5" has a comma: write/],
    ['to predict decimal commas', csv('x;y', (i) => `${i};${i || '0,5'}`), 'line 2: y', /^"0,5" has a comma/],
    ['with commas between thousands', csv('x;y', (i) => `1,00${i}.5;${i % 2}`), 'line 2: x', /has a comma/],
    ['with percentages', csv('x,y', (i) => `${i}%,${i % 2}`), 'line 2: x', /^"0%" has a percent sign: write/],
    ['to predict percentages', csv('x,y', (i) => `${i},${i}.5 %`), 'line 2: y', /^"0.5 %" has a percent/],
    ['with digits in groups', csv('x,y', (i) => `1_00${i},${i % 2}`), 'line 2: x', /"1_000" has marks/],
    ['with prices', csv('x,y', (i) => `$${i}.99,${i % 2}`), 'line 2: x', /"\$0.99" has a currency sign/],
    [
      'with a number that is too large',
      csv('x,y', (i) => `1e${399 + i},1`),
      'line 2: x',
      /1e399" is too large/,
    ],
    [
      'with dates',
      csv('x,y', (i) => `2026-01-1${i},${i % 2}`),
      'line 2: x',
      /^"2026-01-10" is a date: write/,
    ],
    ['with times', csv('x,y', (i) => `1/3${i % 2}/26 10:00,${i % 2}`), 'line 2: x', /is a date/],
    [
      'with such numbers in half of a column',
      csv('x,y', (i) => `${i % 2 ? 'free' : `${i}%`},${i % 2}`),
      'line 2: x',
      /^"0%" has a percent sign/,
    ],
    ['with a column no row could name', csv('__proto__,y', fine), 'line 1', /rename it/],
    ['in UTF-16', csv('x\0,\0y', (i) => `\0${i}\0,\0${i % 2}`), '', /save it as UTF-8/],
    ['with an empty cell', csv('x,y', (i) => (i === 3 ? ',1' : fine(i))), 'line 5: x', /missing/],
    ['with NaN', csv('x,y', (i) => (i === 3 ? 'NaN,1' : fine(i))), 'line 5: x', /missing/],
    [
      'with text among numbers',
      csv('x,y', (i) => (i === 3 ? 'three,1' : fine(i))),
      'line 5: x',
      /"three" is no number/,
    ],
    [
      'with a text of a megabyte among numbers',
      csv('x,y', (i) => (i === 3 ? `${'x'.repeat(1e6)},1` : fine(i))),
      'line 5: x',
      /^"x{40}…" has 1000000 letters: at most 300 are taken$/,
    ],
    [
      'with a column of a long name',
      csv(`${'x'.repeat(301)},y`, fine),
      'line 1',
      /^"x{40}…" has 301 letters/,
    ],
    [
      'with a word among numbers that is longer than anybody reads',
      csv('x,y', (i) => (i === 3 ? `${'x'.repeat(300)},1` : fine(i))),
      'line 5: x',
      /^"x{40}…" is no number/,
    ],
    ['with too many texts', csv('x,y', (i) => `name ${i},${i % 2}`, 51), 'x', /more than 50 different texts/],
    ['of one class', csv('x,y', (i) => `${i},1`), 'y', /one class only, 1/],
  ])('%s', async (_what, text, path, message) => {
    expect(await faultsOf(text)).toEqual([{ path, message: expect.stringMatching(message) }])
  })

  it('with a target that is no column, or no number where it has to be', async () => {
    const text = csv('x,y', (i) => `${i},${i % 2 ? 'a' : 'b'}`)

    expect(await faultsOf(text, { target: 'z' })).toEqual([
      { path: 'target', message: 'there is no column z; there are x, y' },
    ])
    expect(await faultsOf(text, { task: 'regression' })).toEqual([
      { path: 'line 2: y', message: '"b" is no number, as the column needs' },
    ])
  })

  it.each([
    ['labels other than 0 and 1', { target: 'x,y', task: 'multi-label' }, 'x', /must be 0 or 1/],
    ['several columns of classes', { target: 'x,y', task: 'classification' }, 'target', /multi-label/],
    ['a text among several', { target: 'y,k' }, 'line 2: k', /"b" is no number/],
    ['a target that never changes', { target: 'x,one' }, 'one', /the same in all rows/],
    ['one of several that is missing', { target: 'y,z' }, 'target', /no column z/],
    ['nothing left to predict from', { target: 'x,y,k,one' }, 'target', /left to predict from/],
  ] as const)('with %s', async (_what, options, path, message) => {
    const text = csv('x,y,k,one', (i) => `${i},${i % 2},${i % 2 ? 'a' : 'b'},1`)

    expect(await faultsOf(text, options)).toContainEqual({ path, message: expect.stringMatching(message) })
  })

  it('that is not UTF-8', async () => {
    expect(await faultsOf(Uint8Array.from([0x78, 0xff, 0x0a]))).toMatchObject([
      { message: expect.stringContaining('UTF-8') },
    ])
  })

  it('with its first faults, each with its place', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `x${i};`).join('')
    const wide = csv(`${names}y`, (i) => `${`${i},5;`.repeat(30)}${i % 2}`)
    expect(await faultsOf(wide)).toHaveLength(20)
    const faults = await faultsOf(csv('x,y', () => ',', 40))

    expect(faults).toHaveLength(20)
    expect(faults.slice(0, 2).map(({ path }) => path)).toEqual(['line 2: x', 'line 2: y'])
  })
})
