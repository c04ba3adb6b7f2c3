#pragma once

#include <cstdint>

#include "mlp/view.h"

/**
 * The operations a network is made of. Kernels take pointers and sizes, allocate nothing and throw nothing. Sums
 * run in a fixed order, so that the same kernel gives the same bits. T is float, or double for gradient checks.
 */
namespace mlp {

enum class Activation : std::uint8_t {
  kIdentity,
  kRelu,
  kTanh,
  kSigmoid,
  kLeakyRelu,
  kElu,
  kGelu,
  kSilu,
  kSoftplus
};

/** Whether the derivative has to be taken from the input: these fall and rise, so the output does not tell. */
constexpr bool derives_from_input(Activation activation) {
  return activation == Activation::kGelu || activation == Activation::kSilu;
}

/**
 * How weights change by a gradient that is computed as a product, for a kernel that takes their step as it computes it: by
 * sgd of mlp/update.h where `second` is null, and else by adam.
 */
template <class T>
struct WeightStep {
  T* weights = nullptr;
  T* first = nullptr;
  T* second = nullptr;
  /** What the weights are multiplied by before: less than 1 where they decay. */
  T keep = 1;
  /** Of sgd the rate; of adam that over the mean's correction. */
  T rate = 0;
  /** Of sgd the momentum; of adam the correction of the variance's root. */
  T factor = 0;
  /** The kernel's answer: how many of the first columns have taken their step; their gradient is not written. */
  Index taken = 0;
};

/**
 * C = A B, or C += A B. C is m x n, A is m x k, B is k x n.
 * Element (i, p) of A is a[i * a_row + p * a_col], which makes a transposed A free; B and C have unit columns.
 * Each element of C is summed over p in ascending order.
 *
 * @param step where not null, of weights that lie as C does; some columns of it may be taken, see WeightStep::taken.
 */
template <class T>
using GemmKernel = void (*)(Index m, Index n, Index k, const T* a, Index a_row, Index a_col, const T* b,
                            Index b_stride, T* c, Index c_stride, bool accumulate, WeightStep<T>* step);

/** What a loss kernel says about the rows it saw. */
struct Score {
  /** Sum over rows of the row's loss, times its weight. */
  double loss = 0;
};

/** What the rows of a chunk should give: labels or values, whichever the loss needs. */
template <class T>
struct Targets {
  const std::int32_t* labels = nullptr;
  const T* values = nullptr;
  /** What each row's loss counts; null where all count 1. */
  const T* weights = nullptr;
};

/** Which outputs are dropped: element e of the batch when number e of the stream is below the threshold. */
struct Dropping {
  std::uint64_t key;
  /** Words of the counter above its first, which counts blocks of eight numbers. */
  std::uint32_t counter[3];
  /** Number of the chunk's first element in the batch. */
  std::uint64_t first;
  /** Of 2^16: the share that is dropped. */
  std::uint32_t threshold;
};

/** Added to a variance before its root, as in PyTorch: a constant column is not divided by 0. */
constexpr double kNormalizationEpsilon = 1e-5;

/** Where a normalized batch goes: normal = (x - mean) inverse, and out = scale * normal + shift. */
template <class T>
struct NormalizedBatch {
  const T* scale;
  const T* shift;
  T* mean;
  T* variance;
  T* inverse;
  Matrix<T> normal;
  Matrix<T> out;
};

enum class KernelSet : std::uint8_t { kReference, kAvx2, kAvx512, kNeon };
/** The definitions first. */
inline constexpr KernelSet kKernelSets[] = {KernelSet::kReference, KernelSet::kAvx2, KernelSet::kAvx512,
                                            KernelSet::kNeon};

/** The variants chosen for one training. */
template <class T>
struct Kernels {
  KernelSet set;
  void (*gather_rows)(const T* source, Index columns, const std::int32_t* numbers, Index count, T* out);
  GemmKernel<T> gemm;
  void (*affine)(Matrix<const T> in, const T* weights, const T* bias, Activation activation, Matrix<T> out);
  void (*descend)(Matrix<const T> d, const T* weights, Matrix<const T> h, Activation activation, Matrix<T> below);
  void (*add_bias_and_activate)(Matrix<T> z, const T* bias, Activation activation);
  void (*activate)(Matrix<const T> z, Matrix<T> h, Activation activation);
  void (*multiply_by_derivative)(Matrix<T> d, Matrix<const T> x, Activation activation);
  void (*sum_rows)(Matrix<const T> d, T* sums, bool accumulate);
  void (*normalize_batch)(Matrix<const T> x, const NormalizedBatch<T>& to);
  void (*normalize_batch_back)(Matrix<T> d, Matrix<const T> normal, const T* scale, const T* inverse, T* by_scale,
                               T* by_shift);
  void (*normalize_rows)(Matrix<const T> x, T* inverse, Matrix<T> normal);
  void (*normalize_rows_back)(Matrix<T> d, Matrix<const T> normal, const T* scale, const T* inverse);
  void (*multiply)(Index count, const T* factors, T* d);
  void (*drop)(Matrix<const T> in, const Dropping& dropping, Matrix<T> factors, Matrix<T> out);
  Score (*softmax_cross_entropy)(Matrix<const T> z, const std::int32_t* labels, Matrix<T> d, T scale);
  Score (*binary_cross_entropy)(Matrix<const T> z, Targets<T> targets, Matrix<T> d, T scale, T smoothing);
};

/** The definitions; they run everywhere. */
template <class T>
const Kernels<T>& reference_kernels();

/** The fastest this CPU can run. */
const Kernels<float>& best_kernels();

/** Those of the set; the definitions where this CPU lacks them. */
const Kernels<float>& supported_kernels(KernelSet set);

const char* name_of(KernelSet set);

// One folder each below src/kernels.

/** Row i of out = row numbers[i] of source; both are without gaps. */
template <class T>
void gather_rows(const T* source, Index columns, const std::int32_t* numbers, Index count, T* out);

template <class T>
void gemm_reference(Index m, Index n, Index k, const T* a, Index a_row, Index a_col, const T* b, Index b_stride,
                    T* c, Index c_stride, bool accumulate, WeightStep<T>* step = nullptr);

/** out = act(in W + bias), W being in.cols x out.cols without gaps. */
template <class T>
void affine(Matrix<const T> in, const T* weights, const T* bias, Activation activation, Matrix<T> out);

/** below = (d W^T) * act'(h), W being below.cols x d.cols without gaps; h as in multiply_by_derivative. */
template <class T>
void descend(Matrix<const T> d, const T* weights, Matrix<const T> h, Activation activation, Matrix<T> below);

/** z = act(z + bias), row by row. */
template <class T>
void add_bias_and_activate(Matrix<T> z, const T* bias, Activation activation);

/** h = act(z). */
template <class T>
void activate(Matrix<const T> z, Matrix<T> h, Activation activation);

/** d = d * act'(z), the derivative being taken from x: the activation's output, or z where derives_from_input. */
template <class T>
void multiply_by_derivative(Matrix<T> d, Matrix<const T> x, Activation activation);

/** sums[j] = sum over rows of d, or += that. */
template <class T>
void sum_rows(Matrix<const T> d, T* sums, bool accumulate);

/** Of each column: mean, population variance and inverse = 1 / sqrt(variance + epsilon). */
template <class T>
void normalize_batch(Matrix<const T> x, const NormalizedBatch<T>& to);

/**
 * d, by scale * normal + shift, becomes the derivative by x. Ioffe & Szegedy 2015, section 3. Before that, by_scale and
 * by_shift become the column sums of d * normal and of d.
 */
template <class T>
void normalize_batch_back(Matrix<T> d, Matrix<const T> normal, const T* scale, const T* inverse, T* by_scale, T* by_shift);

/** d *= factors, without gaps. */
template <class T>
void multiply(Index count, const T* factors, T* d);

/** Each row: normal = (x - mean) inverse, of the row's own. */
template <class T>
void normalize_rows(Matrix<const T> x, T* inverse, Matrix<T> normal);

/** d, by scale * normal + shift, becomes the derivative by x. Ba, Kiros, Hinton 2016, eq. 4. */
template <class T>
void normalize_rows_back(Matrix<T> d, Matrix<const T> normal, const T* scale, const T* inverse);

/** factors = 0 where dropped and 2^16 / (2^16 - threshold) elsewhere; out = in * factors. */
template <class T>
void drop(Matrix<const T> in, const Dropping& dropping, Matrix<T> factors, Matrix<T> out);

/**
 * Cross-entropy of the softmax of the logits z, by log-sum-exp. A row's loss is -log p(label).
 * When d has data, d = scale * dloss/dz; d may be z.
 */
template <class T>
Score softmax_cross_entropy(Matrix<const T> z, const std::int32_t* labels, Matrix<T> d, T scale);

/** As above, for weighted rows and smoothed labels: a row's target is (1 - smoothing) label + smoothing / classes. */
template <class T>
Score smoothed_cross_entropy(Matrix<const T> z, Targets<T> targets, Matrix<T> d, T scale, T smoothing);

// Losses by the output: a row's is the mean over its outputs. When d has data, d = scale * dloss/dz; d may be z.

template <class T>
Score mean_squared_error(Matrix<const T> z, Targets<T> targets, Matrix<T> d, T scale);

/** The slope at 0 is 0. */
template <class T>
Score mean_absolute_error(Matrix<const T> z, Targets<T> targets, Matrix<T> d, T scale);

/** e^2 / 2 for |e| <= delta, delta (|e| - delta / 2) beyond. Huber 1964, section 5. */
template <class T>
Score huber(Matrix<const T> z, Targets<T> targets, Matrix<T> d, T scale, T delta);

/**
 * -y log s(z) - (1 - y) log(1 - s(z)), y being a value from 0 to 1, or whether the output's number is the label; with
 * smoothing, y (1 - smoothing) + smoothing / 2.
 */
template <class T>
Score binary_cross_entropy(Matrix<const T> z, Targets<T> targets, Matrix<T> d, T scale, T smoothing);

}  // namespace mlp
