#pragma once

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/** What one thread can do at most: independent fused multiply-adds in registers, without memory. */
namespace bench {

constexpr long kTurns = 2'000'000;

#if defined(__x86_64__)
// 24 sums in AVX-512 and NEON, 12 in AVX2: all more than latency times units.
__attribute__((target("avx512f"))) inline void multiply_add_avx512() {
  __m512 sums[24];
  for (auto& sum : sums) sum = _mm512_setzero_ps();
  const __m512 factor = _mm512_set1_ps(0.5f);
  for (long turn = 0; turn < kTurns; ++turn) {
#pragma GCC unroll 24
    for (auto& sum : sums) {
      sum = _mm512_fmadd_ps(sum, factor, factor);
      asm volatile("" : "+v"(sum));
    }
  }
}

__attribute__((target("avx2,fma"))) inline void multiply_add_avx2() {
  __m256 sums[12];
  for (auto& sum : sums) sum = _mm256_setzero_ps();
  const __m256 factor = _mm256_set1_ps(0.5f);
  for (long turn = 0; turn < kTurns; ++turn) {
#pragma GCC unroll 12
    for (auto& sum : sums) {
      sum = _mm256_fmadd_ps(sum, factor, factor);
      asm volatile("" : "+x"(sum));
    }
  }
}
#elif defined(__aarch64__)
inline void multiply_add_neon() {
  float32x4_t sums[24];
  for (auto& sum : sums) sum = vdupq_n_f32(0);
  const float32x4_t factor = vdupq_n_f32(0.5f);
  for (long turn = 0; turn < kTurns; ++turn) {
#pragma GCC unroll 24
    for (auto& sum : sums) {
      sum = vfmaq_f32(factor, sum, factor);
      asm volatile("" : "+w"(sum));
    }
  }
}
#endif

/** GFLOP/s, the best of five windows; 0 where this CPU has no FMA that is known here. @param clock seconds. */
inline double fma_peak(double (*clock)()) {
  double best = 0;
#if defined(__x86_64__)
  const bool wide = __builtin_cpu_supports("avx512f");
  if (!wide && !(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))) return 0;
  const double flops = 2.0 * kTurns * (wide ? 24 * 16 : 12 * 8);
  for (int window = 0; window < 5; ++window) {
    const double start = clock();
    if (wide) multiply_add_avx512();
    else multiply_add_avx2();
    best = std::max(best, flops / (clock() - start) / 1e9);
  }
#elif defined(__aarch64__)
  for (int window = 0; window < 5; ++window) {
    const double start = clock();
    multiply_add_neon();
    best = std::max(best, 2.0 * kTurns * 24 * 4 / (clock() - start) / 1e9);
  }
#endif
  return best;
}

}  // namespace bench
