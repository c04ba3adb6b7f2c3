#pragma once

#include <cstdint>
#include <vector>

#include "mlp/kernels.h"

namespace mlp {

enum class Loss : std::uint8_t { kCrossEntropy, kMeanSquaredError };

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
};

struct Shape {
  /** Inputs, hidden layers from first to last (there may be none), outputs. */
  std::vector<Index> layers;
  /** Of the hidden layers; the outputs are linear, softmax being part of the loss. */
  Activation activation = Activation::kRelu;
  Loss loss = Loss::kCrossEntropy;
  Initializer initializer = Initializer::kMatching;

  /** From the inputs to the outputs. */
  std::vector<Level> levels() const;

  /** Weights and biases of all layers. */
  Index weight_count() const;
};

}  // namespace mlp
