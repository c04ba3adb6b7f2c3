#pragma once

#include "mlp/kernels.h"
#include "mlp/lane_kernels.h"
#include "mlp/update.h"

namespace mlp {

const LaneKernels& reference_lanes();

}  // namespace mlp

#if defined(MLP_REFERENCE_ONLY)
// The fuzz target: clang takes minutes for the unrolled products, which a checkpoint's reader never sees.
#elif defined(__x86_64__)
#define MLP_HAS_X86_VARIANTS 1
#elif defined(__aarch64__)
#define MLP_HAS_NEON_VARIANTS 1
#endif

/** The variants for wider CPUs; only dispatch.cc may name them, as only it knows what this CPU runs. */
#define MLP_DECLARE_VARIANTS(isa)                                                                                    \
  void gemm_##isa(Index m, Index n, Index k, const float* a, Index a_row, Index a_col, const float* b,               \
                  Index b_stride, float* c, Index c_stride, bool accumulate, WeightStep<float>* step);               \
  void affine_##isa(Matrix<const float> in, const float* weights, const float* bias, Activation activation,          \
                    Matrix<float> out);                                                                              \
  void descend_##isa(Matrix<const float> d, const float* weights, Matrix<const float> h, Activation activation,      \
                     Matrix<float> below);                                                                           \
  void add_bias_and_activate_##isa(Matrix<float> z, const float* bias, Activation activation);                       \
  void activate_##isa(Matrix<const float> z, Matrix<float> h, Activation activation);                                \
  void multiply_by_derivative_##isa(Matrix<float> d, Matrix<const float> x, Activation activation);                  \
  void sum_rows_##isa(Matrix<const float> d, float* sums, bool accumulate);                                          \
  void normalize_batch_##isa(Matrix<const float> x, const NormalizedBatch<float>& to);                               \
  void normalize_batch_back_##isa(Matrix<float> d, Matrix<const float> normal, const float* scale,                   \
                                  const float* inverse, float* by_scale, float* by_shift);                           \
  void multiply_##isa(Index count, const float* factors, float* d);                                                  \
  void gather_rows_##isa(const float* source, Index columns, const std::int32_t* numbers, Index count, float* out);   \
  void drop_##isa(Matrix<const float> in, const Dropping& dropping, Matrix<float> factors, Matrix<float> out);       \
  Score softmax_cross_entropy_##isa(Matrix<const float> z, const std::int32_t* labels, Matrix<float> d, float scale); \
  Score binary_cross_entropy_##isa(Matrix<const float> z, Targets<float> targets, Matrix<float> d, float scale,       \
                                   float smoothing);

namespace mlp {

MLP_DECLARE_VARIANTS(avx2)
MLP_DECLARE_VARIANTS(avx512)
MLP_DECLARE_VARIANTS(neon)

extern const UpdateKernels<float> kAvx2Updates;
extern const UpdateKernels<float> kAvx512Updates;
extern const UpdateKernels<float> kNeonUpdates;

extern const LaneKernels kAvx2Lanes;
extern const LaneKernels kAvx512Lanes;
extern const LaneKernels kNeonLanes;

}  // namespace mlp
