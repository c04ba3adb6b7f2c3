#pragma once

#include <vector>

#include "variants.h"

namespace linalg {

/** Arranged points as the loops read them. */
KernelColumns columns_of(const Kernel& kernel, Index n, const double* arranged);

/** 1, or d where the kernel is partly additive: then each feature's distances have slopes of their own. */
Index slope_matrices(const Kernel& kernel);

/** Points that are arranged for one call. */
std::vector<double> arranged(const Kernel& kernel, Index n, const double* points);

/** One of the points, its numbers put side by side in `numbers`, which takes 2 d of them. */
KernelPoint point_of(const KernelColumns& columns, Index p, double* numbers);

}  // namespace linalg
