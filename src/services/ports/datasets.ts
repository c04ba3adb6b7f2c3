import type { DatasetDescription, DatasetTask } from '../../domain/dataset.ts'
import type { Fault } from '../../domain/errors.ts'

/** An uploaded data set as it is kept, beside its numbers. */
export interface DatasetRecord extends DatasetDescription {
  readonly createdAt: string
  /** Of the numbers and what they are: SHA-256, in hex, and how many bytes. */
  readonly digest: string
  readonly bytes: number
  /** Of the request that made it, where that may come again. */
  readonly token?: string
}

/** Uploaded data sets. A name has one content for as long as it is there. */
export interface DatasetStore {
  /** All of it or nothing. @returns false when there is one of that name. */
  add(record: DatasetRecord, content: Uint8Array): Promise<boolean>
  find(name: string): Promise<DatasetRecord | undefined>
  /** By name. */
  list(): Promise<readonly DatasetRecord[]>
  /** @throws dataset-not-found */
  content(name: string): Promise<Uint8Array>
  /** Has nobody begin anything with it, until it is opened again or ten seconds are over. */
  close(name: string): Promise<void>
  open(name: string): Promise<void>
  isClosed(name: string): Promise<boolean>
  /** @returns whether there was such a data set. */
  remove(name: string): Promise<boolean>
}

/** A file as it was sent. */
export interface UploadedTable {
  readonly body: Uint8Array
  readonly contentType: string
  readonly name: string
  /** Column to predict, or several with commas between; the last one unless given. */
  readonly target?: string | undefined
  /** Inferred unless given. */
  readonly task?: DatasetTask | undefined
}

export interface ReadTable {
  readonly description: DatasetDescription
  /** Numbers, eight bytes each: one column after the other, a text as the number of its category, the targets last. */
  readonly content: Uint8Array
}

/** Reads files where they hold up nobody else. */
export interface TableReader {
  /** @returns faults of the file where it has any. */
  read(upload: UploadedTable): Promise<ReadTable | { readonly faults: readonly Fault[] }>
}

/** Data sets that come with the trainer. */
export interface BuiltInDatasets {
  list(): readonly DatasetDescription[]
  find(name: string): DatasetDescription | undefined
}
