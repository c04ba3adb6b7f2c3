import { loadNativeAlgebra } from '../../src/algebra/native-algebra.ts'
import type { LinearAlgebra } from '../../src/math/linear-algebra.ts'
import { typescriptAlgebra } from '../../src/math/typescript-algebra.ts'

const native = loadNativeAlgebra()

/** Every implementation that runs here. */
export const algebras: readonly LinearAlgebra[] = [typescriptAlgebra, ...(native ? [native] : [])]
