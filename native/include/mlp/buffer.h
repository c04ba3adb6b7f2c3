#pragma once

#include <cstddef>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace mlp {

/** What x86-64 and ARM call huge: the CPU remembers where few small pages lie, and a matrix of some MB has many. */
constexpr std::size_t kLargePage = 2 << 20;

/** Only a wish: without it the same memory comes in small pages. */
inline void ask_for_large_pages(void* memory, std::size_t bytes) {
#if defined(__linux__)
  madvise(memory, bytes, MADV_HUGEPAGE);
#else
  (void)memory;
  (void)bytes;
#endif
}

/** Memory from the start of a cache line: a vector of sixteen floats that lies across two costs two accesses. */
template <class T>
struct AlignedAllocator {
  using value_type = T;
  static constexpr std::align_val_t kAlignment{64};

  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U>&) {}

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    void* const memory = ::operator new(bytes, alignment_of(bytes));
    if (bytes >= kLargePage) ask_for_large_pages(memory, bytes);
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) { ::operator delete(memory, alignment_of(count * sizeof(T))); }

  static std::align_val_t alignment_of(std::size_t bytes) {
    return bytes >= kLargePage ? std::align_val_t{kLargePage} : kAlignment;
  }
  template <class U>
  bool operator==(const AlignedAllocator<U>&) const {
    return true;
  }
};

template <class T>
using Buffer = std::vector<T, AlignedAllocator<T>>;

}  // namespace mlp
