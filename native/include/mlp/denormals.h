#pragma once

#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace mlp {

/**
 * While it lives, this thread treats denormal numbers as 0. Adam's moments decay into them, and each costs a hundred
 * cycles. The old mode comes back at the end: Node's own threads must never see this one.
 */
class FlushDenormals {
 public:
#if defined(__x86_64__)
  FlushDenormals() : before_(_mm_getcsr()) { _mm_setcsr(static_cast<unsigned>(before_) | kFlushToZero | kZeroInputs); }
  ~FlushDenormals() { _mm_setcsr(static_cast<unsigned>(before_)); }
#elif defined(__aarch64__)
  FlushDenormals() {
    asm volatile("mrs %0, fpcr" : "=r"(before_));
    asm volatile("msr fpcr, %0" ::"r"(before_ | kFlushToZero));
  }
  ~FlushDenormals() { asm volatile("msr fpcr, %0" ::"r"(before_)); }
#else
  FlushDenormals() = default;
#endif
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
#if defined(__x86_64__)
  static constexpr unsigned kFlushToZero = 1u << 15;
  static constexpr unsigned kZeroInputs = 1u << 6;
#elif defined(__aarch64__)
  static constexpr std::uint64_t kFlushToZero = 1ull << 24;
#endif
  std::uint64_t before_ = 0;
};

}  // namespace mlp
