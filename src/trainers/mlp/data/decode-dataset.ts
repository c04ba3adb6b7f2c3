import { type DatasetDescription, featureCount } from '../../../domain/dataset.ts'

/** Rows x features, row-major, from columns of numbers and of categories; each of the latter becomes a 1 among zeros. */
export function decodeFeatures({ rows, columns }: DatasetDescription, content: Uint8Array): Float64Array {
  const width = featureCount(columns)
  const features = new Float64Array(rows * width)
  let feature = 0
  columns.forEach(({ categories }, i) => {
    const values = column(content, i, rows)
    for (let row = 0; row < rows; row++) {
      if (categories) features[row * width + feature + values[row]!] = 1
      else features[row * width + feature] = values[row]!
    }
    feature += categories?.length ?? 1
  })
  return features
}

/** Rows x targets, row-major. */
export function decodeTargets(
  { rows, columns, targets: names }: DatasetDescription,
  content: Uint8Array,
): Float64Array {
  const targets = new Float64Array(rows * names.length)
  names.forEach((_, j) => {
    const values = column(content, columns.length + j, rows)
    for (let row = 0; row < rows; row++) targets[row * names.length + j] = values[row]!
  })
  return targets
}

/** A copy: the content may lie at any place of its buffer, numbers only at multiples of 8. */
function column(content: Uint8Array, index: number, rows: number): Float64Array {
  const bytes = rows * Float64Array.BYTES_PER_ELEMENT
  const from = content.byteOffset + index * bytes
  return new Float64Array(content.buffer.slice(from, from + bytes) as ArrayBuffer)
}
