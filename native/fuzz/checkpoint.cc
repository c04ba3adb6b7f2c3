/**
 * Whatever bytes a training is to go on from, it goes on or refuses them as a CheckpointError. libFuzzer calls this with
 * one byte that says how, and a checkpoint. scripts/build-native.mjs --fuzz builds and runs it.
 */
#include <array>
#include <fstream>
#include <string>

#include "../test/eventful.h"

namespace {

const std::atomic<bool> kNever{false};
const mlp::EpochListener kNobody = [](const mlp::EpochRecord&) {};

/** Of the first byte: the lowest bit gives the checkpoint a right length and checksum, the next two choose the training. */
constexpr std::uint8_t kSealed = 1;
constexpr std::array kOptimizers{mlp::Optimizer::kAdam, mlp::Optimizer::kSgd, mlp::Optimizer::kNadam,
                                 mlp::Optimizer::kAmsgrad};

mlp::TrainingOptions options_of(std::size_t training) {
  auto options = test::eventful_options();
  options.update.optimizer = kOptimizers[training];
  options.update.momentum = 0.9;
  if (training == 1) options.shape.normalization = mlp::Normalization::kNone;
  if (training == 2) options.averaging = 0;
  options.patience = training == 3 ? 2 : 0;
  options.epochs = 3;
  return options;
}

/** Every other training is judged by rows. */
mlp::Trained train(const mlp::TrainingOptions& options, std::size_t training) {
  static const auto rows = test::some_rows(37, 1);
  return mlp::train(options, rows, training % 2 == 0 ? &rows : nullptr, kNobody, kNever);
}

}  // namespace

/** The last argument is the corpus's folder: each training leaves a checkpoint there to begin with. */
extern "C" int LLVMFuzzerInitialize(int* count, char*** words) {
  const std::string folder = (*words)[*count - 1];
  for (std::size_t training = 0; training < kOptimizers.size(); ++training) {
    auto options = options_of(training);
    options.epochs = 2;
    options.keep_checkpoint = true;
    const auto checkpoint = train(options, training).checkpoint;
    std::ofstream file(folder + "/training-" + std::to_string(training), std::ios::binary);
    file.put(static_cast<char>(training << 1 | kSealed));
    file.write(reinterpret_cast<const char*>(checkpoint.data()), static_cast<std::streamsize>(checkpoint.size()));
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return -1;
  const std::size_t training = data[0] >> 1 & 3;
  auto options = options_of(training);
  options.checkpoint.assign(data + 1, data + size);
  if (data[0] & kSealed) mlp::seal(options.checkpoint);
  options.keep_checkpoint = true;
  try {
    train(options, training);
  } catch (const mlp::CheckpointError&) {
  }
  return 0;
}
