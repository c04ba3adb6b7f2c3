#pragma once

#include "mlp/kernels.h"
#include "mlp/update.h"

#if defined(__x86_64__)
#define MLP_HAS_X86_VARIANTS 1

/** The variants for wider CPUs; only dispatch.cc may name them, as only it knows what this CPU runs. */
namespace mlp {

void gemm_avx2(Index m, Index n, Index k, const float* a, Index a_row, Index a_col, const float* b, Index b_stride,
               float* c, Index c_stride, bool accumulate);
void gemm_avx512(Index m, Index n, Index k, const float* a, Index a_row, Index a_col, const float* b, Index b_stride,
                 float* c, Index c_stride, bool accumulate);

void affine_avx2(Matrix<const float> in, const float* weights, const float* bias, Activation activation,
                 Matrix<float> out);
void affine_avx512(Matrix<const float> in, const float* weights, const float* bias, Activation activation,
                   Matrix<float> out);
void descend_avx2(Matrix<const float> d, const float* weights, Matrix<const float> h, Activation activation,
                  Matrix<float> below);
void descend_avx512(Matrix<const float> d, const float* weights, Matrix<const float> h, Activation activation,
                    Matrix<float> below);

void add_bias_and_activate_avx2(Matrix<float> z, const float* bias, Activation activation);
void add_bias_and_activate_avx512(Matrix<float> z, const float* bias, Activation activation);
void activate_avx2(Matrix<const float> z, Matrix<float> h, Activation activation);
void multiply_by_derivative_avx2(Matrix<float> d, Matrix<const float> x, Activation activation);
void activate_avx512(Matrix<const float> z, Matrix<float> h, Activation activation);
void multiply_by_derivative_avx512(Matrix<float> d, Matrix<const float> x, Activation activation);
void sum_rows_avx2(Matrix<const float> d, float* sums, bool accumulate);
void sum_rows_avx512(Matrix<const float> d, float* sums, bool accumulate);

void drop_avx2(Matrix<const float> in, const Dropping& dropping, Matrix<float> factors, Matrix<float> out);
void drop_avx512(Matrix<const float> in, const Dropping& dropping, Matrix<float> factors, Matrix<float> out);

Score softmax_cross_entropy_avx2(Matrix<const float> z, const std::int32_t* labels, Matrix<float> d, float scale);
Score softmax_cross_entropy_avx512(Matrix<const float> z, const std::int32_t* labels, Matrix<float> d, float scale);

extern const UpdateKernels<float> kAvx2Updates;
extern const UpdateKernels<float> kAvx512Updates;

}  // namespace mlp
#endif
