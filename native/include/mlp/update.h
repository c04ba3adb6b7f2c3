#pragma once

#include <cstdint>

#include "mlp/view.h"

/**
 * How weights change by a gradient. As in kernels.h: no allocation, fixed order, T is float or double. Constants are
 * computed in double and rounded once: 1 - 0.999f would be off by 4.7e-5. Where PyTorch has a rule, its form and its
 * constants are used; `step` counts from 1, all memory starts at 0.
 */
namespace mlp {

enum class Optimizer : std::uint8_t { kSgd, kNesterov, kAdagrad, kRmsprop, kAdam, kNadam, kAmsgrad, kLion };

/** velocity = momentum * velocity + gradient; weights -= rate * velocity. */
template <class T>
void update_sgd(Index count, T* weights, const T* gradient, T* velocity, double rate, double momentum);

/** As sgd, but a velocity ahead: weights -= rate * (gradient + momentum * velocity). Sutskever et al. 2013, eq. 3-4. */
template <class T>
void update_nesterov(Index count, T* weights, const T* gradient, T* velocity, double rate, double momentum);

/** Duchi, Hazan, Singer 2011, fig. 1, diagonal; epsilon 1e-10. `sum` is of the squared gradients. */
template <class T>
void update_adagrad(Index count, T* weights, const T* gradient, T* sum, double rate);

/** Tieleman & Hinton 2012, lecture 6e; decay 0.99, epsilon 1e-8, neither momentum nor centring. */
template <class T>
void update_rmsprop(Index count, T* weights, const T* gradient, T* variance, double rate);

/** Kingma & Ba 2015, algorithm 1; beta 0.9 and 0.999, epsilon 1e-8. */
template <class T>
void update_adam(Index count, T* weights, const T* gradient, T* mean, T* variance, double rate, std::int64_t step);

/**
 * Adam whose variance never falls: Reddi, Kale, Kumar 2018, algorithm 2, with Adam's bias corrections as in PyTorch.
 * `largest` is of the variances so far.
 */
template <class T>
void update_amsgrad(Index count, T* weights, const T* gradient, T* mean, T* variance, T* largest, double rate,
                    std::int64_t step);

/** NAdam's momentum changes with the step: 0.9 (1 - 0.96^(0.004 t) / 2). Dozat 2016, algorithm 2 and section 3. */
struct NadamMomentum {
  /** Of this step and the next. */
  double now;
  double next;
  /** Of all steps up to this one. */
  double product;

  /** @param product_before that of the step before; 1 at the first. */
  static NadamMomentum at(std::int64_t step, double product_before);
};

/** Adam with Nesterov's look ahead: Dozat 2016, algorithm 2; beta 0.9 and 0.999, epsilon 1e-8. */
template <class T>
void update_nadam(Index count, T* weights, const T* gradient, T* mean, T* variance, double rate, std::int64_t step,
                  const NadamMomentum& momentum);

/** Every weight moves by the rate: Chen et al. 2023, algorithm 2; beta 0.9 and 0.99. A NaN stays one. */
template <class T>
void update_lion(Index count, T* weights, const T* gradient, T* mean, double rate);

/** Sum of squares, in double. */
template <class T>
double sum_of_squares(Index count, const T* values);

/** clipped = gradient, each element held in [-limit, limit]. A NaN stays one. */
template <class T>
void clip(Index count, const T* gradient, T* clipped, double limit);

/** gradient += l2 * weights + l1 * sign(weights): the slope of l2 / 2 |w|^2 + l1 |w|. */
template <class T>
void add_penalty(Index count, const T* weights, T* gradient, double l1, double l2);

/** values *= factor. */
template <class T>
void scale(Index count, T* values, double factor);

/** average += share * (weights - average). */
template <class T>
void move_average(Index count, const T* weights, T* average, double share);

}  // namespace mlp
