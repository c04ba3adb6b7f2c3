#pragma once

#include <cstdint>

#include "mlp/kernels.h"

/**
 * How weights change by a gradient. As in kernels.h: no allocation, fixed order, T is float or double. Constants are
 * computed in double and rounded once: 1 - 0.999f would be off by 4.7e-5. Where PyTorch has a rule, its form and its
 * constants are used; steps count from 1, all memory starts at 0.
 */
namespace mlp {

enum class Optimizer : std::uint8_t { kSgd, kNesterov, kAdagrad, kRmsprop, kAdam, kNadam, kAmsgrad, kLion };

/** NAdam's momentum changes with the step: 0.9 (1 - 0.96^(0.004 t) / 2). Dozat 2016, algorithm 2 and section 3. */
struct NadamMomentum {
  /** Of this step and the next. */
  double now;
  double next;
  /** Of all steps up to this one. */
  double product;

  /** @param product_before that of the step before; 1 at the first. */
  static NadamMomentum at(std::int64_t step, double product_before);

  /** What a step at this rate takes of the gradient and of its mean. */
  double of_gradient(double rate) const;
  double of_mean(double rate) const;
};

/** Adam's bias corrections: Kingma & Ba 2015, section 2, the form at its end. */
struct AdamCorrections {
  /** What the mean is divided by. */
  double mean;
  /** What the variance's root is multiplied by. */
  double root;

  static AdamCorrections at(std::int64_t step);
};

/** Parameters that a rule moves: some rows of a matrix, or one row that is all of them. */
struct Part {
  Part(Index count) : columns(count) {}
  Part(Index rows, Index columns, Index stride, Index gradient_stride)
      : rows(rows), columns(columns), stride(stride), gradient_stride(gradient_stride) {}

  Index rows = 1;
  Index columns;
  /** From row to row of the weights and of what is remembered of them. */
  Index stride = 0;
  Index gradient_stride = 0;
};

/** The rules, and what shapes a gradient before them, in the variants chosen for one training. */
template <class T>
struct UpdateKernels {
  /** velocity = momentum * velocity + gradient; weights -= rate * velocity. */
  void (*sgd)(const Part& part, T* weights, const T* gradient, T* velocity, double rate, double momentum);

  /** As sgd, a velocity ahead: weights -= rate * (gradient + momentum * velocity). Sutskever et al. 2013, eq. 3-4. */
  void (*nesterov)(Index count, T* weights, const T* gradient, T* velocity, double rate, double momentum);

  /** Duchi, Hazan, Singer 2011, fig. 1, diagonal; epsilon 1e-10. `sum` is of the squared gradients. */
  void (*adagrad)(Index count, T* weights, const T* gradient, T* sum, double rate);

  /** Tieleman & Hinton 2012, lecture 6e; decay 0.99, epsilon 1e-8, neither momentum nor centring. */
  void (*rmsprop)(Index count, T* weights, const T* gradient, T* variance, double rate);

  /** Kingma & Ba 2015, algorithm 1; beta 0.9 and 0.999, epsilon 1e-8. */
  void (*adam)(const Part& part, T* weights, const T* gradient, T* mean, T* variance, double rate,
               const AdamCorrections& corrections);

  /**
   * Adam whose variance never falls: Reddi, Kale, Kumar 2018, algorithm 2, with Adam's bias corrections as in PyTorch.
   * `largest` is of the variances so far.
   */
  void (*amsgrad)(Index count, T* weights, const T* gradient, T* mean, T* variance, T* largest, double rate,
                  const AdamCorrections& corrections);

  /** Adam with Nesterov's look ahead: Dozat 2016, algorithm 2; beta 0.9 and 0.999, epsilon 1e-8. */
  void (*nadam)(Index count, T* weights, const T* gradient, T* mean, T* variance, double rate,
                const AdamCorrections& corrections, const NadamMomentum& momentum);

  /** Every weight moves by the rate: Chen et al. 2023, algorithm 2; beta 0.9 and 0.99. A NaN stays one. */
  void (*lion)(Index count, T* weights, const T* gradient, T* mean, double rate);

  /** Sum of squares, in double. */
  double (*sum_of_squares)(Index count, const T* values);

  /** clipped = gradient, each element held in [-limit, limit]. A NaN stays one. */
  void (*clip)(Index count, const T* gradient, T* clipped, double limit);

  /** gradient += l2 * weights + l1 * sign(weights): the slope of l2 / 2 |w|^2 + l1 |w|. */
  void (*add_penalty)(Index count, const T* weights, T* gradient, double l1, double l2);

  /** values *= factor. */
  void (*scale)(Index count, T* values, double factor);

  /** average += share * (weights - average). */
  void (*move_average)(Index count, const T* weights, T* average, double share);
};

/** The definitions; they run everywhere. */
template <class T>
const UpdateKernels<T>& reference_updates();

/** Those of the set; the definitions where this CPU lacks them. */
const UpdateKernels<float>& supported_updates(KernelSet set);

}  // namespace mlp
