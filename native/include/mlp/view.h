#pragma once

#include <cstddef>

namespace mlp {

using Index = std::ptrdiff_t;

/**
 * Elements from one row of a matrix to the next that keep its columns apart in the cache: rows a large power of two apart
 * would all want the same few of its sets.
 */
constexpr Index spread(Index width) { return width >= 256 && width % 64 == 0 ? width + 16 : width; }

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
