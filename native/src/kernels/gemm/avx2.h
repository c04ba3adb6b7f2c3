#pragma once

#include "mlp/kernels.h"

#if defined(__x86_64__)
#define MLP_HAS_AVX2_UNIT 1

namespace mlp {

/** GemmKernel<float> for CPUs with AVX2 and FMA. */
void gemm_avx2(Index m, Index n, Index k, const float* a, Index a_row, Index a_col, const float* b, Index b_stride,
               float* c, Index c_stride, bool accumulate);

}  // namespace mlp
#endif
