#pragma once

#include <vector>

#include "variants.h"

namespace linalg {

/** Points in units of their length scales, by feature and by point. */
class ScaledColumns {
 public:
  ScaledColumns(const Kernel& kernel, Index count, const double* points);
  const Columns& view() const { return view_; }
  const double* row(Index p) const { return rows_.data() + p * view_.d; }

 private:
  Index stride_;
  std::vector<double> scaled_;
  std::vector<double> mismatch_;
  std::vector<double> rows_;
  Columns view_;
};

}  // namespace linalg
