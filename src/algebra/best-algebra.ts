import type { LinearAlgebra } from '../math/linear-algebra.ts'
import { typescriptAlgebra } from '../math/typescript-algebra.ts'
import { loadNativeAlgebra } from './native-algebra.ts'

/** The fastest here. */
export function bestAlgebra(): LinearAlgebra {
  return loadNativeAlgebra() ?? typescriptAlgebra
}

/** By name, to compute again what one of them computed; undefined when it does not run here. */
export function algebraNamed(name: LinearAlgebra['name']): LinearAlgebra | undefined {
  return name === 'native' ? loadNativeAlgebra() : typescriptAlgebra
}
