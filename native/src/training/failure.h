#pragma once

#include <string>

#include "mlp/trainer.h"

namespace mlp {

/** Why a training cannot be used, and what to do. */
std::string text_of(const Divergence& divergence);
std::string no_epoch_ended(double seconds_most);
std::string out_of_memory(const Shape& shape);

}  // namespace mlp
