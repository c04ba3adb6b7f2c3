#include <cmath>

#include "../activation/functions.h"
#include "../update/constants.h"
#include "mlp/lane_kernels.h"
#include "mlp/random.h"

#define MLP_SIMD
#define MLP_SIMD_INLINE static inline

// The words of ../simd as plain loops, with the definition's functions and its two roundings of a product and a sum.
namespace mlp {
namespace {

constexpr Index kLanes = kLaneCount;
constexpr int kTileRows = 1;
constexpr int kTileColumns = 1;

struct Vector {
  float x[kLanes];
};

template <class Function>
Vector each(Function function) {
  Vector out;
  for (Index l = 0; l < kLanes; ++l) out.x[l] = function(l);
  return out;
}

Vector all(float x) {
  return each([x](Index) { return x; });
}
Vector load(const float* from) {
  return each([from](Index l) { return from[l]; });
}
void store(float* to, const Vector& a) {
  for (Index l = 0; l < kLanes; ++l) to[l] = a.x[l];
}
Vector add(const Vector& a, const Vector& b) {
  return each([&](Index l) { return a.x[l] + b.x[l]; });
}
Vector subtract(const Vector& a, const Vector& b) {
  return each([&](Index l) { return a.x[l] - b.x[l]; });
}
Vector multiply(const Vector& a, const Vector& b) {
  return each([&](Index l) { return a.x[l] * b.x[l]; });
}
Vector divide(const Vector& a, const Vector& b) {
  return each([&](Index l) { return a.x[l] / b.x[l]; });
}
Vector fused(const Vector& a, const Vector& b, const Vector& c) {
  return each([&](Index l) { return a.x[l] * b.x[l] + c.x[l]; });
}
Vector root(const Vector& a) {
  return each([&](Index l) { return __builtin_sqrtf(a.x[l]); });
}
Vector where_less(const Vector& a, const Vector& b, const Vector& x, const Vector& y) {
  return each([&](Index l) { return a.x[l] < b.x[l] ? x.x[l] : y.x[l]; });
}

template <Activation A>
Vector activated(const Vector& z) {
  return each([&](Index l) { return mlp::activated<A, float>(z.x[l]); });
}

template <Activation A>
Vector derived(const Vector& d, const Vector& x) {
  return each([&](Index l) {
    if constexpr (A == Activation::kRelu) return x.x[l] > 0 ? d.x[l] : 0.0f;
    else return d.x[l] * mlp::slope<A, float>(x.x[l]);
  });
}

template <class Work>
void run(const Work& work, Activation activation) {
  with_activation(activation, [&]<Activation A>() { work.template rows<A>(); });
}

Vector adam_step(const Vector& size, const Vector& m, const Vector& v, const Vector& correction) {
  return divide(multiply(size, m), fused(root(v), correction, all(1e-8f)));
}

void four_columns(const float* source, const Index* starts, Vector (&columns)[4]) {
  for (Index c = 0; c < 4; ++c) columns[c] = each([&](Index l) { return source[starts[l] + c]; });
}

}  // namespace
}  // namespace mlp

#include "elements.h"
#include "gather.h"
#include "losses.h"
#include "products.h"
#include "table.h"

namespace mlp {
namespace {

struct BinaryEntropyOf {
  BinaryEntropy<float> operator()(float smoothing) const { return {smoothing}; }
};

void binary_lanes(Index rows, Index outputs, const float* z, const float* targets, const float* weights, float* d,
                  float scale, const float* parameters, double* losses) {
  score_lanes(rows, outputs, z, targets, weights, d, scale, parameters, losses, BinaryEntropyOf{});
}

void shuffle_each(Index rows, const std::uint64_t* seeds, const std::uint32_t* epochs, std::int32_t* order) {
  for (Index l = 0; l < kLaneCount; ++l) shuffle_rows(seeds[l], epochs[l], rows, order + l, kLaneCount);
}

constexpr LaneKernels kReferenceLanes = lane_table(KernelSet::kReference, nullptr, binary_lanes, shuffle_each, gather_lanes);

}  // namespace

const LaneKernels& reference_lanes() { return kReferenceLanes; }

}  // namespace mlp
