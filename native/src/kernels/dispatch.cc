#include "mlp/kernels.h"
#include "variants.h"

// The only file that looks at the CPU. The tables are constants: nothing of a wider unit runs before this has chosen.
namespace mlp {

template <class T>
const Kernels<T>& reference_kernels() {
  static constexpr Kernels<T> kernels{KernelSet::kReference,
                                      gather_rows<T>,
                                      gemm_reference<T>,
                                      affine<T>,
                                      descend<T>,
                                      add_bias_and_activate<T>,
                                      activate<T>,
                                      multiply_by_derivative<T>,
                                      sum_rows<T>,
                                      normalize_batch<T>,
                                      normalize_batch_back<T>,
                                      normalize_rows<T>,
                                      normalize_rows_back<T>,
                                      multiply<T>,
                                      drop<T>,
                                      softmax_cross_entropy<T>,
                                      binary_cross_entropy<T>};
  return kernels;
}

template const Kernels<float>& reference_kernels<float>();
template const Kernels<double>& reference_kernels<double>();

#if MLP_HAS_X86_VARIANTS
namespace {

constexpr Kernels<float> kAvx2Kernels{KernelSet::kAvx2,
                                      gather_rows_avx2,
                                      gemm_avx2,
                                      affine_avx2,
                                      descend_avx2,
                                      add_bias_and_activate_avx2,
                                      activate_avx2,
                                      multiply_by_derivative_avx2,
                                      sum_rows_avx2,
                                      normalize_batch_avx2,
                                      normalize_batch_back_avx2,
                                      normalize_rows<float>,
                                      normalize_rows_back<float>,
                                      multiply_avx2,
                                      drop_avx2,
                                      softmax_cross_entropy_avx2,
                                      binary_cross_entropy_avx2};
constexpr Kernels<float> kAvx512Kernels{KernelSet::kAvx512,
                                      gather_rows_avx512,
                                      gemm_avx512,
                                      affine_avx512,
                                      descend_avx512,
                                      add_bias_and_activate_avx512,
                                      activate_avx512,
                                      multiply_by_derivative_avx512,
                                      sum_rows_avx512,
                                      normalize_batch_avx512,
                                      normalize_batch_back_avx512,
                                      normalize_rows<float>,
                                      normalize_rows_back<float>,
                                      multiply_avx512,
                                      drop_avx512,
                                      softmax_cross_entropy_avx512,
                                      binary_cross_entropy_avx512};

bool runs_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

bool runs_avx512() {
  return runs_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

}  // namespace
#elif MLP_HAS_NEON_VARIANTS
namespace {

constexpr Kernels<float> kNeonKernels{KernelSet::kNeon,
                                      gather_rows_neon,
                                      gemm_neon,
                                      affine_neon,
                                      descend_neon,
                                      add_bias_and_activate_neon,
                                      activate_neon,
                                      multiply_by_derivative_neon,
                                      sum_rows_neon,
                                      normalize_batch_neon,
                                      normalize_batch_back_neon,
                                      normalize_rows<float>,
                                      normalize_rows_back<float>,
                                      multiply_neon,
                                      drop_neon,
                                      softmax_cross_entropy_neon,
                                      binary_cross_entropy_neon};

}  // namespace
#endif

const Kernels<float>& best_kernels() {
#if MLP_HAS_X86_VARIANTS
  if (runs_avx512()) return kAvx512Kernels;
  if (runs_avx2()) return kAvx2Kernels;
#elif MLP_HAS_NEON_VARIANTS
  return kNeonKernels;
#endif
  return reference_kernels<float>();
}

const Kernels<float>& supported_kernels([[maybe_unused]] KernelSet set) {
#if MLP_HAS_X86_VARIANTS
  if (set == KernelSet::kAvx512 && runs_avx512()) return kAvx512Kernels;
  if (set == KernelSet::kAvx2 && runs_avx2()) return kAvx2Kernels;
#elif MLP_HAS_NEON_VARIANTS
  if (set == KernelSet::kNeon) return kNeonKernels;
#endif
  return reference_kernels<float>();
}

const UpdateKernels<float>& supported_updates([[maybe_unused]] KernelSet set) {
#if MLP_HAS_X86_VARIANTS
  if (set == KernelSet::kAvx512 && runs_avx512()) return kAvx512Updates;
  if (set == KernelSet::kAvx2 && runs_avx2()) return kAvx2Updates;
#elif MLP_HAS_NEON_VARIANTS
  if (set == KernelSet::kNeon) return kNeonUpdates;
#endif
  return reference_updates<float>();
}

const LaneKernels& supported_lanes([[maybe_unused]] KernelSet set) {
#if MLP_HAS_X86_VARIANTS
  if (set == KernelSet::kAvx512 && runs_avx512()) return kAvx512Lanes;
  if (set == KernelSet::kAvx2 && runs_avx2()) return kAvx2Lanes;
#elif MLP_HAS_NEON_VARIANTS
  if (set == KernelSet::kNeon) return kNeonLanes;
#endif
  return reference_lanes();
}

const char* name_of(KernelSet set) {
  switch (set) {
    case KernelSet::kAvx512:
      return "avx512";
    case KernelSet::kAvx2:
      return "avx2";
    case KernelSet::kNeon:
      return "neon";
    default:
      return "reference";
  }
}

}  // namespace mlp
