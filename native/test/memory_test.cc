#include <atomic>
#include <cstdlib>
#include <new>

#include "check.h"
#include "mlp/lanes.h"
#include "mlp/random.h"
#include "mlp/trainer.h"

namespace {

std::atomic<std::size_t> allocations{0};
std::atomic<std::size_t> allocated{0};

void* counted(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  allocated.fetch_add(size, std::memory_order_relaxed);
  void* const memory = std::malloc(size);
  if (!memory) throw std::bad_alloc();
  return memory;
}

}  // namespace

// All of the test program counts; the pairs must match, so both are replaced.
void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return counted(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto step = static_cast<std::size_t>(alignment);
  allocations.fetch_add(1, std::memory_order_relaxed);
  allocated.fetch_add(size, std::memory_order_relaxed);
  void* const memory = std::aligned_alloc(step, (size + step - 1) / step * step);
  if (!memory) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using mlp::Index;

const std::atomic<bool> kNever{false};

mlp::Rows some_rows(Index count, Index columns) {
  mlp::Stream stream(2, mlp::Purpose::kOrder, 1);
  mlp::Rows rows{count, columns, 3, mlp::Buffer<float>(count * columns), std::vector<std::int32_t>(count), {}, {}};
  for (float& value : rows.features) value = static_cast<float>(stream.symmetric());
  for (auto& label : rows.labels) label = static_cast<std::int32_t>(stream.below(3));
  return rows;
}

mlp::TrainingOptions some_options(std::vector<Index> layers) {
  mlp::TrainingOptions options;
  options.shape = {std::move(layers), mlp::Activation::kGelu, mlp::Loss::kCrossEntropy};
  options.epochs = 6;
  options.schedule.epochs = 6;
  options.batch_size = 16;
  return options;
}

/** Allocations between the end of the first epoch and that of the last one. */
std::size_t allocations_in_the_loop(const mlp::TrainingOptions& options, const mlp::Rows& rows) {
  std::size_t first = 0;
  std::size_t last = 0;
  mlp::train(options, rows, &rows,
             [&](const mlp::EpochRecord& record) {
               (record.epoch == 1 ? first : last) = allocations.load(std::memory_order_relaxed);
             },
             kNever);
  return last - first;
}

const test::Register none_in_the_loop("the training loop allocates nothing, whatever is in the network", [] {
  const auto rows = some_rows(300, 5);
  for (const auto normalization : {mlp::Normalization::kNone, mlp::Normalization::kBatch, mlp::Normalization::kLayer}) {
    for (int kind = 0; kind <= static_cast<int>(mlp::Optimizer::kLion); ++kind) {
      auto options = some_options({5, 8, 8, 3});
      options.shape.normalization = normalization;
      options.shape.dropout = 0.1;
      options.shape.residual = true;
      options.update.optimizer = static_cast<mlp::Optimizer>(kind);
      options.update.clip_norm = 1;
      options.averaging = 0.9;
      options.label_smoothing = 0.1;
      options.all_scores = true;
      options.record_steps = true;
      CHECK(allocations_in_the_loop(options, rows) == 0);
    }
  }
  CHECK(allocations_in_the_loop(some_options({5, 3}), rows) == 0);
  auto wide = some_options({5, 512, 512, 3});
  wide.update = {mlp::Optimizer::kSgd, 0.9};
  wide.batch_size = 100;
  wide.epochs = 2;
  CHECK(allocations_in_the_loop(wide, rows) == 0);
});

const test::Register bounded("a training takes the memory that its formula says", [] {
  for (const auto& layers : {std::vector<Index>{20, 3}, {20, 64, 3}, {20, 128, 128, 3}, {20, 512, 512, 3}}) {
    for (const auto normalization : {mlp::Normalization::kNone, mlp::Normalization::kBatch}) {
      for (const bool everything : {false, true}) {
        const auto rows = some_rows(1000, 20);
        auto options = some_options(layers);
        options.batch_size = 500;
        options.shape.normalization = normalization;
        if (everything) {
          options.shape.dropout = 0.1;
          options.shape.residual = true;
          options.update.optimizer = mlp::Optimizer::kAmsgrad;
          options.update.clip_norm = 1;
          options.averaging = 0.9;
        }
        const std::size_t before = allocated.load();
        mlp::train(options, rows, &rows, [](const auto&) {}, kNever);
        const auto taken = static_cast<double>(allocated.load() - before);
        const auto bound = static_cast<double>(mlp::training_bytes(options, rows.count, rows.count));
        CHECK(taken <= bound);
        CHECK(taken > 0.6 * bound);
      }
    }
  }
});

const test::Register lanes_allocate_nothing("lanes allocate nothing between their first epoch and their last", [] {
  const auto rows = some_rows(50, 7);
  const std::vector<mlp::TrainingOptions> lanes(6, some_options({7, 12, 3}));
  std::size_t first = 0;
  std::size_t last = 0;
  std::vector<mlp::TrainingTask> tasks;
  for (const auto& options : lanes) {
    tasks.push_back({&options, &rows, &rows, &kNever,
                     [&](const mlp::EpochRecord& record) {
                       if (record.epoch == 1) first = allocations;
                       if (record.epoch == 6) last = last > 0 ? last : allocations.load();
                     },
                     [](const mlp::Trained&) {}, [](std::exception_ptr error) { std::rethrow_exception(error); }});
  }
  mlp::train_together(tasks);
  CHECK(first > 0 && last == first);
});

const test::Register lanes_bounded("lanes take the memory that their formula says", [] {
  for (const auto& layers : {std::vector<Index>{20, 3}, {20, 16, 3}, {20, 32, 32, 3}}) {
    for (const bool everything : {false, true}) {
      auto rows = some_rows(1000, 20);
      auto options = some_options(layers);
      if (everything) {
        rows.weights.assign(rows.count, 2.0f);
        options.shape.dropout = 0.1;
        options.shape.residual = true;
        options.update.optimizer = mlp::Optimizer::kAmsgrad;
        options.update.clip_norm = 1;
        options.averaging = 0.9;
      }
      const std::vector<mlp::TrainingTask> tasks(
          mlp::kLaneCount, {&options, &rows, &rows, &kNever, [](const auto&) {}, [](const mlp::Trained&) {},
                            [](std::exception_ptr error) { std::rethrow_exception(error); }});
      const std::size_t before = allocated.load();
      mlp::train(options, rows, &rows, [](const auto&) {}, kNever);
      const std::size_t alone = allocated.load() - before;
      mlp::train_together(tasks);
      const std::size_t together = allocated.load() - before - alone;
      const std::size_t bound = mlp::lanes_bytes(tasks);
      CHECK(together <= bound);
      // What they take beside the trainings themselves, which most of it is.
      const auto beside = static_cast<double>(together - mlp::kLaneCount * alone);
      const auto of_them = mlp::kLaneCount * mlp::training_bytes(options, rows.count, rows.count);
      CHECK(beside <= static_cast<double>(bound - of_them));
      CHECK(beside > 0.6 * static_cast<double>(bound - of_them));
    }
  }
});

}  // namespace
