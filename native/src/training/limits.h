#pragma once

#include <atomic>
#include <chrono>

namespace mlp {

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/** What stops a training from outside: its caller, or its time. */
class Limits {
 public:
  /** @param seconds_most 0 for none. */
  Limits(const std::atomic<bool>& cancelled, double seconds_most) : cancelled_(cancelled), seconds_most_(seconds_most) {}

  /** From here on time counts. */
  void start() { watch_ = Stopwatch(); }

  double seconds() const { return watch_.seconds(); }

  bool is_cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

  bool is_out_of_time() const { return seconds_most_ > 0 && watch_.seconds() > seconds_most_; }

  bool stops() const { return is_cancelled() || is_out_of_time(); }

 private:
  const std::atomic<bool>& cancelled_;
  double seconds_most_;
  Stopwatch watch_;
};

}  // namespace mlp
