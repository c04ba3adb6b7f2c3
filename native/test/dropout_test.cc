#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "check.h"
#include "mlp/kernels.h"

namespace {

using mlp::Index;

const test::Register parts_do_not_matter("dropout drops the same in parts as in one piece, and another seed drops others", [] {
  std::vector<float> in(700 * 8, 1.0f), factors(in.size()), once(in.size()), twice(in.size());
  const mlp::Dropping all{3, {1, 2, 3}, 0, 30000};
  mlp::drop<float>({in.data(), 700, 8, 8}, all, {factors.data(), 700, 8, 8}, {once.data(), 700, 8, 8});
  for (const auto& [from, count] : {std::pair<Index, Index>{0, 13}, {13, 687}}) {
    mlp::Dropping part = all;
    part.first = static_cast<std::uint64_t>(from * 8);
    mlp::drop<float>({in.data(), count, 8, 8}, part, {factors.data(), count, 8, 8}, {twice.data() + from * 8, count, 8, 8});
  }
  CHECK(once == twice);
  mlp::Dropping reseeded = all;
  reseeded.key = 4;
  mlp::drop<float>({in.data(), 700, 8, 8}, reseeded, {factors.data(), 700, 8, 8}, {twice.data(), 700, 8, 8});
  CHECK(once != twice);
});

const test::Register drops_its_share("dropout drops its share and keeps the mean", [] {
  constexpr Index kCount = 1 << 16;
  std::vector<float> in(kCount, 1.0f), factors(kCount), out(kCount);
  mlp::drop<float>({in.data(), 64, kCount / 64, kCount / 64}, {9, {1, 2, 3}, 0, 6554},
                   {factors.data(), 64, kCount / 64, kCount / 64}, {out.data(), 64, kCount / 64, kCount / 64});
  const auto dropped = static_cast<double>(std::count(out.begin(), out.end(), 0.0f)) / kCount;
  // A tenth, to five standard deviations of sqrt(0.1 * 0.9 / 65536) = 0.0012; the stream is fixed, so this never flakes.
  CHECK(std::abs(dropped - 0.1) < 0.006);
  CHECK(test::close(*std::max_element(out.begin(), out.end()), 65536.0 / (65536 - 6554), 1e-6));
});

const test::Register drop_variants("every variant of dropout drops what the definition drops, from any element on", [] {
  for (const auto set : mlp::kKernelSets) {
    const auto& kernels = mlp::supported_kernels(set);
    for (const Index cols : {1, 7, 37, 128, 300}) {
      for (const std::uint64_t first : {0, 3, 8, 1001}) {
        const mlp::Dropping dropping{0x123456789abcdef0, {5, 6, 7}, first, 20000};
        const Index rows = 9;
        std::vector<float> in(rows * cols, 1.5f);
        std::vector<float> expected(in.size()), seen(in.size()), factors(in.size()), kept(in.size());
        mlp::drop<float>({in.data(), rows, cols, cols}, dropping, {kept.data(), rows, cols, cols},
                         {expected.data(), rows, cols, cols});
        kernels.drop({in.data(), rows, cols, cols}, dropping, {factors.data(), rows, cols, cols},
                     {seen.data(), rows, cols, cols});
        CHECK(seen == expected && factors == kept);
      }
    }
  }
});

}  // namespace
