#include <algorithm>

#include "mlp/kernels.h"

namespace mlp {

template <class T>
void gather_rows(const T* source, Index columns, const std::int32_t* numbers, Index count, T* out) {
  for (Index i = 0; i < count; ++i) std::copy_n(source + numbers[i] * columns, columns, out + i * columns);
}

template void gather_rows<float>(const float*, Index, const std::int32_t*, Index, float*);
template void gather_rows<double>(const double*, Index, const std::int32_t*, Index, double*);

}  // namespace mlp
