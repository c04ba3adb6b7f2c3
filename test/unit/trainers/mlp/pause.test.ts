import { describe, expect, it } from 'vitest'
import type { Report } from '../../../../src/domain/trial.ts'
import {
  TrainingPaused,
  type TrainingRequest,
  type TrainingResult,
} from '../../../../src/services/ports/trainer.ts'
import { createMlpTrainer } from '../../../../src/trainers/mlp/mlp-trainer.ts'

const never = new AbortController().signal
const trainer = createMlpTrainer()
const request = (settings: object = {}): TrainingRequest => ({
  trainer: {
    kind: 'mlp',
    dataset: 'xor',
    settings: { epochs: 40, patience: 0, hiddenUnits: 8, dropout: 0.1, ...settings },
  },
  params: {},
  seed: 3,
})

/** Its network too, as bytes. */
const inFull = ({ model, ...measured }: TrainingResult) => ({ ...measured, model: Buffer.from(model!()) })

/** Pauses after so many reports, goes on with what is left, and again, to the end. @returns how often it was begun. */
async function trainInPieces(whole: TrainingRequest, reportsAPiece: number) {
  const reports: Report[] = []
  let checkpoint: Uint8Array | undefined
  for (let begun = 1; ; begun++) {
    const pause = new AbortController()
    const last = reports.length + reportsAPiece
    const onReport = (report: Report) => {
      reports.push(report)
      if (reports.length === last) pause.abort()
    }
    try {
      const piece = { ...whole, ...(checkpoint && { checkpoint }) }
      const result = await trainer.train(piece, onReport, never, pause.signal)
      return { result: inFull(result), reports, begun }
    } catch (error) {
      if (!(error instanceof TrainingPaused)) throw error
      checkpoint = error.checkpoint
    }
  }
}

async function trainWhole(whole: TrainingRequest) {
  const reports: Report[] = []
  const result = await trainer.train(whole, (report) => reports.push(report), never)
  return { result: inFull(result), reports }
}

describe('a training that is paused', () => {
  it('comes to the very result, with the very reports, as often as it is paused', async () => {
    // Long enough that it is not over before the pause gets through.
    const long = request({ epochs: 3000 })

    const { begun, ...pieces } = await trainInPieces(long, 200)

    expect(pieces).toEqual(await trainWhole(long))
    expect(begun).toBeGreaterThan(2)
  })

  it('keeps what earlier folds and repeats came to', async () => {
    const folds = request({ epochs: 300, folds: 3, repeats: 2 })

    const { begun, ...pieces } = await trainInPieces(folds, 1)

    expect(pieces).toEqual(await trainWhole(folds))
    expect(begun).toBeGreaterThan(2)
  })

  it('before its first epoch has lost nothing', async () => {
    const paused = trainer.train(request(), () => {}, never, AbortSignal.abort())

    const error = await paused.catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(TrainingPaused)
    const { checkpoint } = error as TrainingPaused
    const resumed = await trainer.train({ ...request(), checkpoint }, () => {}, never)
    expect(inFull(resumed)).toEqual((await trainWhole(request())).result)
  })

  it.each([
    ['empty', new Uint8Array()],
    ['of something else', new TextEncoder().encode('surely no checkpoint at all')],
  ])('begins anew from a checkpoint that is %s', async (_, checkpoint) => {
    const resumed = await trainer.train({ ...request(), checkpoint }, () => {}, never)

    expect(inFull(resumed)).toEqual((await trainWhole(request())).result)
  })

  it("begins anew from a checkpoint whose network is damaged, or another training's", async () => {
    const pause = new AbortController()
    // So long that it is not over before the pause gets through.
    const long = request({ hiddenUnits: 9, epochs: 10_000 })
    const paused = trainer.train(long, () => pause.abort(), never, pause.signal)
    const { checkpoint: other } = (await paused.catch((thrown: unknown) => thrown)) as TrainingPaused
    const expected = (await trainWhole(request())).result

    for (const checkpoint of [other, other.subarray(0, -1)])
      expect(inFull(await trainer.train({ ...request(), checkpoint }, () => {}, never))).toEqual(expected)
  })
})
