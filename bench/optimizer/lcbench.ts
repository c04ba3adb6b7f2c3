import type { ParameterValues, SearchSpace } from '../../src/domain/search-space.ts'
import { readBenchmark, readBenchmarkJson } from './benchmarks-folder.ts'
import type { RecordedRegrets } from './by-budget.ts'
import { loadOnnx, type OnnxModel } from './onnx.ts'
import type { Problem } from './problems.ts'
import { tensor } from './tensor.ts'

const FOLDER = 'learning-curves'
const RECORDED_BUDGETS = [5, 10, 20, 30, 50, 60]
export const LCBENCH_BUDGETS = [10, 20, 50]
/** Of a whole training. */
export const LCBENCH_EPOCHS = 52
const VALIDATION_ACCURACY = 1

interface RecordedTask {
  readonly bestKnown: number
  /** Of random configurations. */
  readonly median: number
  readonly best: Readonly<Record<string, number[][]>>
}
type Recorded = { readonly tasks: Readonly<Record<string, RecordedTask>> }

// The space of the recorded peers; LCBench's own, with the epochs fixed.
const SPACE: SearchSpace = {
  parameters: [
    { name: 'batch_size', type: 'int', min: 16, max: 512, step: 1, scale: 'log' },
    { name: 'learning_rate', type: 'float', min: 1e-4, max: 0.1, scale: 'log' },
    { name: 'momentum', type: 'float', min: 0.1, max: 0.99, scale: 'linear' },
    { name: 'weight_decay', type: 'float', min: 1e-5, max: 0.1, scale: 'linear' },
    { name: 'num_layers', type: 'int', min: 1, max: 5, step: 1, scale: 'linear' },
    { name: 'max_units', type: 'int', min: 64, max: 1024, step: 1, scale: 'log' },
    { name: 'max_dropout', type: 'float', min: 0, max: 1, scale: 'linear' },
  ],
  constraints: [],
}

/** One problem a data set: the validation error that a surrogate of LCBench predicts after the last epoch. */
export function lcbenchProblems(benchmarks: string): readonly Problem[] {
  const model = loadOnnx(readBenchmark(benchmarks, FOLDER, 'lcbench.onnx'))
  const { OpenML_task_id: codes } = readBenchmarkJson(benchmarks, FOLDER, 'lcbench-encoding.json') as {
    OpenML_task_id: Record<string, number>
  }
  return Object.entries(recorded(benchmarks).tasks).map(([name, { bestKnown, median }]) => ({
    name,
    space: SPACE,
    value: (params) => validationError(model, codes[name]!, params, LCBENCH_EPOCHS),
    curve: (params, epoch) => validationError(model, codes[name]!, params, epoch),
    optimum: bestKnown,
    unit: median - bestKnown,
    budgets: LCBENCH_BUDGETS,
  }))
}

function validationError(model: OnnxModel, code: number, params: ParameterValues, epoch: number): number {
  const numbers = SPACE.parameters.map(({ name }) => Number(params[name]))
  const { data } = model.run({ x_cat: tensor([1, 1], [code]), x_cont: tensor([1, 8], [epoch, ...numbers]) })
  return 100 - Math.min(Math.max(data[VALIDATION_ACCURACY]!, 0), 100)
}

export function lcbenchPeers(benchmarks: string): RecordedRegrets {
  const columns = LCBENCH_BUDGETS.map((budget) => RECORDED_BUDGETS.indexOf(budget))
  return Object.fromEntries(
    Object.entries(recorded(benchmarks).tasks).map(([task, { best, bestKnown, median }]) => {
      const toRegret = (value: number) => (value - bestKnown) / (median - bestKnown)
      const bySampler = Object.entries(best).map(([name, seeds]) => [
        name,
        seeds.map((values) => columns.map((k) => toRegret(values[k]!))),
      ])
      return [task, Object.fromEntries(bySampler)]
    }),
  )
}

function recorded(benchmarks: string): Recorded {
  return readBenchmarkJson(benchmarks, FOLDER, 'lcbench-peers.json') as Recorded
}
