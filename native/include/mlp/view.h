#pragma once

#include <cstddef>

namespace mlp {

using Index = std::ptrdiff_t;

/** A row-major matrix that someone else owns. Rows are `stride` elements apart, so that they can be padded. */
template <class T>
struct Matrix {
  T* data = nullptr;
  Index rows = 0;
  Index cols = 0;
  Index stride = 0;

  T* row(Index i) const { return data + i * stride; }
};

}  // namespace mlp
