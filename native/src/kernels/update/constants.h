#pragma once

// Of the rules in mlp/update.h.
namespace mlp {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kLionDecay = 0.99;
constexpr double kRmspropDecay = 0.99;

}  // namespace mlp
