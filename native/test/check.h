#pragma once

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

/** As much of a test runner as these tests need: no package, no macro but CHECK. */
namespace test {

struct Case {
  std::string name;
  void (*run)();
};

inline std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

inline int failures_in_case = 0;

inline void report(bool holds, const char* what, const char* file, int line) {
  if (holds) return;
  ++failures_in_case;
  std::printf("  %s:%d: %s\n", file, line, what);
}

/** Registers a case by being constructed: `static const test::Register name("it does ...", [] { ... });` */
struct Register {
  Register(std::string name, void (*run)()) { cases().push_back({std::move(name), run}); }
};

inline bool close(double actual, double expected, double relative, double absolute = 0) {
  const bool holds = std::abs(actual - expected) <= absolute + relative * std::abs(expected);
  if (!holds) std::printf("  %.17g is not within %g of %.17g\n", actual, relative, expected);
  return holds;
}

}  // namespace test

#define CHECK(condition) test::report(static_cast<bool>(condition), #condition, __FILE__, __LINE__)
