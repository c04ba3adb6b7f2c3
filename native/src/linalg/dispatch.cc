#include <cstring>
#include <vector>

#include "variants.h"

// The only file that looks at the CPU. The tables are constants: nothing of a wider unit runs before this has chosen.
namespace linalg {
namespace {

#if LINALG_HAS_X86_VARIANTS
bool runs_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
bool runs_avx512() {
  return runs_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}
#endif

const Variant* best() {
#if LINALG_HAS_X86_VARIANTS
  if (runs_avx512()) return &kAvx512;
  if (runs_avx2()) return &kAvx2;
#elif LINALG_HAS_NEON_VARIANT
  return &kNeon;
#endif
  return &kPortable;
}

const Variant*& chosen() {
  static const Variant* variant = best();
  return variant;
}

}  // namespace

const Variant& variant() { return *chosen(); }

double* packing_space(Index size) {
  static thread_local std::vector<double> space;
  if (static_cast<Index>(space.size()) < size) space.resize(size);
  return space.data();
}

const char* variant_name() { return variant().name; }

bool is_fast_here() {
#if defined(__FP_FAST_FMA)
  return true;
#else
  return best() != &kPortable;
#endif
}

bool choose_variant(const char* name) {
  if (std::strcmp(name, "portable") == 0) {
    chosen() = &kPortable;
    return true;
  }
#if LINALG_HAS_X86_VARIANTS
  if (std::strcmp(name, "avx2") == 0 && runs_avx2()) {
    chosen() = &kAvx2;
    return true;
  }
  if (std::strcmp(name, "avx512") == 0 && runs_avx512()) {
    chosen() = &kAvx512;
    return true;
  }
#elif LINALG_HAS_NEON_VARIANT
  if (std::strcmp(name, "neon") == 0) {
    chosen() = &kNeon;
    return true;
  }
#endif
  return false;
}

}  // namespace linalg
