import type { Fault } from '../domain/errors.ts'
import type { ReadTable, UploadedTable } from '../services/ports/datasets.ts'
import { inferDataset } from './infer-dataset.ts'
import { BadTable, parseCsv } from './parse-csv.ts'

/** Reads an uploaded file: a CSV, or a form with one in it. Takes seconds for a large one. */
export async function readTable(
  upload: UploadedTable,
): Promise<ReadTable | { readonly faults: readonly Fault[] }> {
  try {
    const file = upload.contentType.startsWith('multipart/form-data') ? await onlyFile(upload) : upload.body
    return inferDataset(parseCsv(file, upload.target), upload)
  } catch (error) {
    if (error instanceof BadTable) return { faults: error.faults }
    throw error
  }
}

async function onlyFile({ body, contentType }: UploadedTable): Promise<Uint8Array> {
  const response = new Response(new Uint8Array(body), { headers: { 'content-type': contentType } })
  const form = await response.formData().catch((error: Error) => {
    throw new BadTable([{ path: '', message: `the body is no multipart/form-data: ${error.message}` }])
  })
  const files = [...form.values()].filter((value) => typeof value !== 'string')
  if (files.length !== 1) {
    throw new BadTable([{ path: '', message: `the form has ${files.length} files: send one` }])
  }
  return new Uint8Array(await files[0]!.arrayBuffer())
}
