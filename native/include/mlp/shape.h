#pragma once

#include <cstdint>
#include <vector>

#include "mlp/kernels.h"

namespace mlp {

/**
 * What a training minimizes; a row's loss is the mean over its outputs, but for kCrossEntropy.
 *
 * kCrossEntropy        of the softmax, for labels
 * kBinaryCrossEntropy  of each output's sigmoid: for values from 0 to 1 (several labels a row), or for labels, each class
 *                      against the rest
 * kMeanSquaredError, kMeanAbsoluteError, kHuber: for values
 */
enum class Loss : std::uint8_t { kCrossEntropy, kMeanSquaredError, kBinaryCrossEntropy, kMeanAbsoluteError, kHuber };

/** What is normalized before the activation of a hidden layer; see layers/normalize.h. */
enum class Normalization : std::uint8_t { kNone, kBatch, kLayer };

/**
 * How the weights start; all are random with mean 0, and biases start at 0. f is a matrix's inputs, g its outputs.
 *
 * kMatching    kHe before activations that halve their input, kGlorot before the others and before the outputs
 * kHe          uniform in +- sqrt(6 / f): He et al. 2015, eq. 10
 * kGlorot      uniform in +- sqrt(6 / (f + g)): Glorot & Bengio 2010, eq. 16
 * kLecun       uniform in +- sqrt(3 / f): LeCun, Bottou, Orr, Müller 1998, section 4.6
 * kOrthogonal  orthonormal rows or columns, whichever are fewer, times sqrt(2) where kMatching is kHe:
 *              Saxe, McClelland, Ganguli 2014, section 3
 */
enum class Initializer : std::uint8_t { kMatching, kHe, kGlorot, kLecun, kOrthogonal };

/** One matrix of a network and what goes with it: where in the flat vector of weights each part starts. */
struct Level {
  Index inputs;
  Index outputs;
  Index weights;
  Index bias;
  /** Of the normalization: a factor and a summand for each output. Only where `normalized`. */
  Index scale = 0;
  Index shift = 0;
  /** Running mean and variance of each output; only with kBatch. */
  Index mean = 0;
  Index variance = 0;
  bool hidden = false;
  bool normalized = false;
  /** Whether what goes in is added to what comes out. */
  bool skips = false;
};

struct Shape {
  /** Inputs, hidden layers from first to last (there may be none), outputs. */
  std::vector<Index> layers;
  /** Of the hidden layers; the outputs are linear, softmax and sigmoid being part of the loss. */
  Activation activation = Activation::kRelu;
  Loss loss = Loss::kCrossEntropy;
  Initializer initializer = Initializer::kMatching;
  Normalization normalization = Normalization::kNone;
  /** Share of each hidden layer's outputs that a training step leaves out; see layers/dropout.h. */
  double dropout = 0;
  /** A hidden layer as wide as the one below adds that one's output to its own. He et al. 2016. */
  bool residual = false;
  /** kHuber: errors up to this count by their square. */
  double huber_delta = 1;

  /** From the inputs to the outputs. */
  std::vector<Level> levels() const;

  /** What a gradient is for: weights, biases, scales and shifts of all levels. */
  Index weight_count() const;

  /** weight_count() and, behind those, the running means and variances of kBatch. */
  Index parameter_count() const;
};

}  // namespace mlp
