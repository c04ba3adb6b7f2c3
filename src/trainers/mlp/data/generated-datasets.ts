import { Random } from '../../../math/random.ts'
import { type Dataset, numberColumns } from './dataset.ts'

/** A point of the plane and its class. */
type Labelled = readonly [x: number, y: number, label: number]

// The same rows in every process: these are data sets, not samples.
const SEED = 20_260_101

/** The four corners of a square with some jitter; the classes are its diagonals. No line separates them. */
export function xor(): Dataset {
  return generate('xor', 'Exclusive or: four clouds, two classes', 400, (i, random) => {
    const [a, b] = [i & 1, (i >> 1) & 1]
    return [a + 0.1 * random.normal(), b + 0.1 * random.normal(), a ^ b]
  })
}

/** Two interleaving half circles, after scikit-learn's make_moons, noise 0.15. */
export function twoMoons(): Dataset {
  return generate('two-moons', 'Two interleaving half circles', 600, (i, random) => {
    const label = i & 1
    const angle = Math.PI * random.uniform()
    const [x, y] = label ? [1 - Math.cos(angle), 0.5 - Math.sin(angle)] : [Math.cos(angle), Math.sin(angle)]
    return [x + 0.15 * random.normal(), y + 0.15 * random.normal(), label]
  })
}

/** Two spirals of one and a half turns, one inside the other: Lang & Witbrock, "Learning to tell two spirals apart", 1988. */
export function spirals(): Dataset {
  return generate('spirals', 'Two intertwined spirals', 800, (i, random) => {
    const label = i & 1
    const radius = Math.sqrt(random.uniform())
    const angle = 3 * Math.PI * radius + Math.PI * label
    const noise = () => 0.02 * random.normal()
    return [radius * Math.cos(angle) + noise(), radius * Math.sin(angle) + noise(), label]
  })
}

/**
 * An arm of two joints in a plane, 1 and 0.7 long: where its hand is, from its joints' angles. The two values to predict
 * have noise of 0.02.
 */
export function robotArm(): Dataset {
  const about = {
    name: 'robot-arm',
    title: 'Where the hand of an arm with two joints is',
    task: 'regression',
  } as const
  return generateTable(about, ['shoulder', 'elbow'], ['x', 'y'], 600, (random) => {
    const [shoulder, elbow] = [Math.PI * random.uniform(), Math.PI * random.uniform()]
    const at = (part: (angle: number) => number) =>
      part(shoulder) + 0.7 * part(shoulder + elbow) + 0.02 * random.normal()
    return [
      [shoulder, elbow],
      [at(Math.cos), at(Math.sin)],
    ]
  })
}

/** Points of a square, and in which of three discs that overlap each of them lies: none, one, two or all. */
export function discs(): Dataset {
  const about = {
    name: 'discs',
    title: 'Which of three overlapping discs a point is in',
    task: 'multi-label',
  } as const
  const centres = { left: [-0.3, -0.2], right: [0.3, -0.2], top: [0, 0.3] } as const
  return generateTable(about, ['x', 'y'], Object.keys(centres), 600, (random) => {
    const [x, y] = [2 * random.uniform() - 1, 2 * random.uniform() - 1]
    return [[x, y], Object.values(centres).map(([cx, cy]) => Number(Math.hypot(x - cx, y - cy) < 0.6))]
  })
}

function generate(
  name: string,
  title: string,
  rows: number,
  point: (i: number, random: Random) => Labelled,
): Dataset {
  const random = Random.fromSeed(SEED).fork(name)
  const points = Array.from({ length: rows }, (_, i) => point(i, random))
  const [featureNames, features] = [['x', 'y'], Float64Array.from(points.flatMap((one) => one.slice(0, 2)))]
  return {
    name,
    title,
    task: 'classification',
    rows,
    columns: numberColumns(featureNames, features),
    featureNames,
    features,
    targetNames: ['class'],
    targets: Float64Array.from(points, ([, , label]) => label),
    classes: ['0', '1'],
  }
}

/** @param row the features and the targets of one row. */
function generateTable(
  about: Pick<Dataset, 'name' | 'title' | 'task'>,
  featureNames: readonly string[],
  targetNames: readonly string[],
  rows: number,
  row: (random: Random) => readonly [number[], number[]],
): Dataset {
  const random = Random.fromSeed(SEED).fork(about.name)
  const drawn = Array.from({ length: rows }, () => row(random))
  const features = Float64Array.from(drawn.flatMap(([numbers]) => numbers))
  return {
    ...about,
    rows,
    columns: numberColumns(featureNames, features),
    featureNames,
    features,
    targetNames,
    targets: Float64Array.from(drawn.flatMap(([, targets]) => targets)),
    classes: [],
  }
}
