#pragma once

#include <vector>

#include "variants.h"

namespace linalg {

/** Points in units of their length scales, by feature and by point. */
class ScaledColumns {
 public:
  ScaledColumns(const Kernel& kernel, Index count, const double* points);
  const Columns& view() const { return view_; }
  /** The same of one feature alone. */
  Columns feature(Index i) const;
  const double* row(Index p) const { return rows_.data() + p * view_.d; }

 private:
  Index stride_;
  std::vector<double> scaled_;
  std::vector<double> mismatch_;
  std::vector<double> rows_;
  Columns view_;
};

/** Points as each part of a kernel measures them: all features at once, and one after the other where it is additive too. */
class KernelColumns {
 public:
  KernelColumns(const Kernel& kernel, Index count, const double* points);
  const ScaledColumns& joint() const { return joint_; }
  /** One a feature, or none. */
  const std::vector<ScaledColumns>& parts() const { return parts_; }

 private:
  ScaledColumns joint_;
  std::vector<ScaledColumns> parts_;
};

/** Of point p of `rows` with `count` of the columns from `from` on; the slopes, unless null, of each matrix are `apart`. */
void covariance_row(const KernelColumns& rows, Index p, const KernelColumns& columns, Index from, Index count,
                    double* covariances, double* slopes, Index apart);

}  // namespace linalg
