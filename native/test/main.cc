#include "check.h"

/** Runs every case; closes with `N passed, N failed`, alone on a line. */
int main() {
  int failed = 0;
  for (const auto& one : test::cases()) {
    test::failures_in_case = 0;
    one.run();
    if (test::failures_in_case > 0) {
      std::printf("FAILED %s\n", one.name.c_str());
      ++failed;
    }
  }
  std::printf("%zu passed, %d failed\n", test::cases().size() - failed, failed);
  return failed > 0;
}
