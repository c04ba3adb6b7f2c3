#pragma once

#include <cstdint>

#include "mlp/kernels.h"
#include "mlp/update.h"

/**
 * The operations of kernels.h and update.h for several networks of one shape side by side: each number of a network is a
 * vector of kLanes neighbours, one a network (a lane). What a lane gets is to the bit what the kernels of the same set
 * give it alone: each sum runs in the same order, each function is the same sequence of instructions.
 */
namespace mlp {

/** Networks side by side: as many as AVX-512 has floats in a register. */
constexpr Index kLaneCount = 16;

/** Of softmax_cross_entropy; the terms of a row are kept side by side. */
constexpr Index kMostSoftmaxOutputs = 32;

/** Of a dense layer: matrices are rows x columns of vectors, without gaps. */
struct LaneDense {
  Index rows;
  Index inputs;
  Index outputs;
};

/** What an update rule needs beside its memory, a number for each lane; those that a rule does not name are not read. */
struct LaneRates {
  float rate[kLaneCount];
  /** kSgd and kNesterov. */
  float momentum[kLaneCount];
  /** kAdam and those like it: the rate, and 1 / root of the variance, with their bias corrections. */
  float size[kLaneCount];
  float correction[kLaneCount];
  /** kNadam. */
  float of_gradient[kLaneCount];
  float of_mean[kLaneCount];
};

/** The memories of an update rule, as in UpdateKernels; those that it has not are null. */
struct LaneMemory {
  float* first;
  float* second;
  float* third;
};

using LaneUpdate = void (*)(Index count, float* weights, const float* gradient, LaneMemory memory, const LaneRates& rates);

/**
 * Scores rows x outputs vectors: adds each row's loss to its lane's of `losses`, and where d is not null puts the
 * derivative there. Targets are one vector an output: values, or 1 for the label and 0 elsewhere.
 *
 * @param weights one vector a row; null where all rows count 1.
 * @param parameters of the loss, one a lane: smoothing or huber's delta.
 */
using LaneLoss = void (*)(Index rows, Index outputs, const float* z, const float* targets, const float* weights, float* d,
                          float scale, const float* parameters, double* losses);

/** shuffle_rows for each lane, into its numbers of `order`, rows x lanes. */
using LaneShuffle = void (*)(Index rows, const std::uint64_t* seeds, const std::uint32_t* epochs, std::int32_t* order);

/** out = 1 where the column is the label, which each row has a vector of, and 0 elsewhere; rows x columns vectors. */
using LaneMark = void (*)(Index rows, Index columns, const float* labels, float* out);

/** out = the rows of `source`, whose numbers are those of all lanes for each row; out is rows x columns vectors. */
using LaneGather = void (*)(Index rows, Index columns, const float* source, const std::int32_t* numbers, float* out);

struct LaneKernels {
  KernelSet set;
  /** out = act(in W + bias). */
  void (*affine)(const LaneDense& size, const float* in, const float* weights, const float* bias, Activation activation,
                 float* out);
  /** The gradient of W and bias, or += that. */
  void (*slope)(const LaneDense& size, const float* in, const float* d, float* weights, float* bias, bool accumulate);
  /** below = (d W^T) * act'(x); x may be below, and is not read where that is 1. */
  void (*descend)(const LaneDense& size, const float* d, const float* weights, const float* x, Activation activation,
                  float* below);
  void (*activate)(Index count, const float* z, float* h, Activation activation);
  void (*multiply_by_derivative)(Index count, float* d, const float* x, Activation activation);
  void (*multiply)(Index count, const float* x, const float* factors, float* out);
  void (*add)(Index count, const float* x, float* sum);
  /** Of rows without weights and labels without smoothing, at most kMostSoftmaxOutputs; null where the definition's order has no vectors. */
  LaneLoss softmax_cross_entropy;
  LaneLoss binary_cross_entropy;
  LaneLoss mean_squared_error;
  LaneLoss mean_absolute_error;
  LaneLoss huber;
  /** By Optimizer, in its order. */
  LaneUpdate updates[8];
  void (*sum_of_squares)(Index count, const float* values, double* sums);
  void (*clip)(Index count, const float* gradient, float* clipped, const float* limits);
  /** Only of the lanes where one of the two is above 0. */
  void (*add_penalty)(Index count, const float* weights, float* gradient, const float* l1, const float* l2);
  void (*scale)(Index count, float* values, const float* factors);
  void (*move_average)(Index count, const float* weights, float* average, const float* shares);
  LaneShuffle shuffle;
  LaneGather gather;
  LaneMark mark;
};

/** Those of the set; the definitions where this CPU lacks them. */
const LaneKernels& supported_lanes(KernelSet set);

}  // namespace mlp
