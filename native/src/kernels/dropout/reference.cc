#include "mlp/kernels.h"
#include "mlp/random.h"

namespace mlp {
namespace {

/** Sixteen bits for each element: number e is half e % 8 of block e / 8, the low half of each word first. */
class Numbers {
 public:
  explicit Numbers(const Dropping& dropping) : dropping_(dropping) {}

  std::uint32_t at(std::uint64_t element) {
    if (element / 8 != number_) load(element / 8);
    return block_[element % 8 / 2] >> (element % 2 * 16) & 0xffff;
  }

 private:
  void load(std::uint64_t number) {
    const auto& [a, b, c] = dropping_.counter;
    number_ = number;
    block_ = philox({static_cast<std::uint32_t>(number), a, b, c}, dropping_.key);
  }

  const Dropping& dropping_;
  std::uint64_t number_ = ~std::uint64_t{0};
  std::array<std::uint32_t, 4> block_{};
};

}  // namespace

template <class T>
void drop(Matrix<const T> in, const Dropping& dropping, Matrix<T> factors, Matrix<T> out) {
  constexpr std::uint32_t kWhole = 1u << 16;
  const T kept = static_cast<T>(kWhole) / static_cast<T>(kWhole - dropping.threshold);
  Numbers numbers(dropping);
  std::uint64_t element = dropping.first;
  for (Index i = 0; i < in.rows; ++i) {
    for (Index j = 0; j < in.cols; ++j, ++element) {
      const T factor = numbers.at(element) < dropping.threshold ? T(0) : kept;
      factors.row(i)[j] = factor;
      out.row(i)[j] = in.row(i)[j] * factor;
    }
  }
}

template <class T>
void multiply(Index count, const T* factors, T* d) {
  for (Index e = 0; e < count; ++e) d[e] *= factors[e];
}

template void multiply<float>(Index, const float*, float*);
template void multiply<double>(Index, const double*, double*);
template void drop<float>(Matrix<const float>, const Dropping&, Matrix<float>, Matrix<float>);
template void drop<double>(Matrix<const double>, const Dropping&, Matrix<double>, Matrix<double>);

}  // namespace mlp
