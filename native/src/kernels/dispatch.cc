#include "gemm/avx2.h"
#include "mlp/kernels.h"

namespace mlp {

template <class T>
const Kernels<T>& reference_kernels() {
  static constexpr Kernels<T> kernels{KernelSet::kReference, gemm_reference<T>};
  return kernels;
}

template const Kernels<float>& reference_kernels<float>();
template const Kernels<double>& reference_kernels<double>();

// The only place that looks at the CPU.
const Kernels<float>& best_kernels() {
#if MLP_HAS_AVX2_UNIT
  static constexpr Kernels<float> avx2{KernelSet::kAvx2, gemm_avx2};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2;
#endif
  return reference_kernels<float>();
}

const char* name_of(KernelSet set) { return set == KernelSet::kAvx2 ? "avx2" : "reference"; }

}  // namespace mlp
