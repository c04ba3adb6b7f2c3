import type { NativeEngine, NativeEpoch, NativeJob, NativeTask, NativeTrained } from './native-addon.ts'

/** Lanes of the engine's batches (native/include/mlp/lane_kernels.h), and how few of them it still trains side by side. */
const LANES = 16
const FEWEST = 4

interface Entry {
  readonly task: NativeTask
  readonly onEpoch: (epoch: NativeEpoch) => void
  readonly isSmall: boolean
  readonly resolve: (trained: NativeTrained) => void
  readonly reject: (error: unknown) => void
  /** Once it has a thread. */
  cancel?: () => void
  pause?: () => void
}

/**
 * Gives trainings threads. Those that wait for one and can be lanes of one batch share the next that is free: each is to
 * the bit what it is alone, so nobody but the clock can tell. Without a limit nobody waits.
 */
export class TrainingPool {
  readonly #engine: () => NativeEngine
  readonly #waiting: Entry[] = []
  readonly #atHand = new Set<Entry>()
  #threads = Number.POSITIVE_INFINITY
  #busy = 0
  #onRoom: (trainings: number) => void = () => {}
  #room = 0

  constructor(engine: () => NativeEngine) {
    this.#engine = engine
  }

  /** @param onRoom is told how many trainings are worth having at hand, whenever that changes. */
  limit(threads: number, onRoom: (trainings: number) => void): void {
    this.#threads = threads
    this.#room = threads
    this.#onRoom = onRoom
  }

  /** @param isApart never beside others: they would cost it time that it is measured or limited by. */
  start(task: NativeTask, onEpoch: (epoch: NativeEpoch) => void, isApart: boolean): NativeJob<NativeTrained> {
    let entry!: Entry
    const done = new Promise<NativeTrained>((resolve, reject) => {
      entry = { task, onEpoch, isSmall: !isApart && this.#fits(task, task), resolve, reject }
    }).finally(() => this.#leave(entry))
    this.#atHand.add(entry)
    this.#waiting.push(entry)
    this.#tellRoom()
    this.#fill()
    return { done, cancel: () => this.#cancel(entry), pause: () => this.#pause(entry) }
  }

  #fill(): void {
    while (this.#busy < this.#threads && this.#waiting.length > 0) {
      const group = this.#takeGroup()
      this.#busy++
      const free = () => {
        this.#busy--
        this.#fill()
      }
      this.#run(group).then(free, (error: unknown) => {
        // What is not told of one training ends them all; a promise that has its result takes no notice.
        for (const { reject } of group) reject(error)
        free()
      })
    }
  }

  /** The one that has waited longest, and those that go with it. */
  #takeGroup(): readonly Entry[] {
    const first = this.#waiting.shift()!
    if (!first.isSmall) return [first]
    const others = this.#waiting
      .filter((entry) => entry.isSmall && this.#fits(first.task, entry.task))
      .slice(0, LANES - 1)
    if (others.length + 1 < FEWEST) return [first]
    for (const entry of others) this.#waiting.splice(this.#waiting.indexOf(entry), 1)
    return [first, ...others]
  }

  async #run(group: readonly Entry[]): Promise<void> {
    if (group.length > 1) return this.#runTogether(group)
    const [entry] = group as readonly [Entry]
    const { options, fitted, judged } = entry.task
    const job = this.#engine().train(options, fitted, judged, entry.onEpoch)
    entry.cancel = job.cancel
    entry.pause = job.pause
    entry.resolve(await job.done)
  }

  async #runTogether(group: readonly Entry[]): Promise<void> {
    const tasks = group.map(({ task }) => task)
    const job = this.#engine().trainTogether(tasks, (number, what, value) => {
      const entry = group[number]!
      if (what === 'epoch') entry.onEpoch(value as NativeEpoch)
      else if (what === 'end') entry.resolve(value as NativeTrained)
      else entry.reject(value)
    })
    for (const [number, entry] of group.entries()) {
      entry.cancel = job.cancelOne[number]!
      entry.pause = job.pauseOne[number]!
    }
    await job.done
  }

  #cancel(entry: Entry): void {
    entry.cancel?.()
    if (this.#withdraw(entry)) entry.reject(new Error('The training was cancelled before it began.'))
  }

  /** One that waits is begun only for its checkpoint, which takes no thread for long. */
  #pause(entry: Entry): void {
    if (this.#withdraw(entry)) this.#run([entry]).catch(entry.reject)
    entry.pause?.()
  }

  /** @returns whether it was waiting. */
  #withdraw(entry: Entry): boolean {
    const at = this.#waiting.indexOf(entry)
    if (at === -1) return false
    this.#waiting.splice(at, 1)
    return true
  }

  #leave(entry: Entry): void {
    this.#atHand.delete(entry)
    this.#tellRoom()
  }

  /**
   * As many as there are threads, or lanes on those threads while all that is at hand may fill them. With nothing at hand
   * the last word holds: who takes more only between two jobs would else never hear of room.
   */
  #tellRoom(): void {
    if (this.#threads === Number.POSITIVE_INFINITY || this.#atHand.size === 0) return
    const room = [...this.#atHand].every(({ isSmall }) => isSmall) ? this.#threads * LANES : this.#threads
    if (room === this.#room) return
    this.#room = room
    this.#onRoom(room)
  }

  /** What is wrong with a task is told where it is trained. */
  #fits(one: NativeTask, other: NativeTask): boolean {
    try {
      return this.#engine().canTrainTogether(one, other)
    } catch {
      return false
    }
  }
}
