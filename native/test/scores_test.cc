#include "mlp/scores.h"

#include <cmath>

#include "check.h"

namespace {

using mlp::Index;

mlp::Scores scored(const mlp::Rows& rows, mlp::Loss loss, const std::vector<float>& outputs) {
  mlp::Shape shape{{rows.columns, rows.outputs}, mlp::Activation::kIdentity, loss};
  mlp::Judge judge(rows, shape);
  judge.take(0, {outputs.data(), rows.count, rows.outputs, rows.outputs});
  return judge.scores(0.5, true);
}

// Expected values are those of scikit-learn's metrics of these names, worked out by hand.

const test::Register two_classes("two classes: recalls 2/3 and 1/2, a tie in the ranking", [] {
  const mlp::Rows rows{5, 1, 2, {0, 0, 0, 0, 0}, {0, 0, 0, 1, 1}, {}, {}};
  // z_1 - z_0: -2, -1, 1 for the first class, -1 (tied), 3 for the second.
  const auto scores = scored(rows, mlp::Loss::kCrossEntropy, {2, 0, 1, 0, 0, 1, 1, 0, 0, 3});
  CHECK(test::close(*scores.accuracy, 0.6, 1e-12));
  CHECK(test::close(*scores.balanced_accuracy, (2.0 / 3 + 0.5) / 2, 1e-12));
  // F1: class 0 has TP 2, FP 1, FN 1; class 1 has TP 1, FP 1, FN 1.
  CHECK(test::close(*scores.macro_f1, (4.0 / 6 + 2.0 / 4) / 2, 1e-12));
  // Pairs (second above first): -1 against -2, -1, 1 gives 1 + 1/2 + 0; 3 beats all three. 4.5 of 6.
  CHECK(test::close(*scores.roc_auc, 4.5 / 6, 1e-12));
  const auto cost = [](double margin) { return std::log1p(std::exp(-margin)); };
  CHECK(test::close(*scores.log_loss, (cost(2) + cost(1) + cost(-1) + cost(-1) + cost(3)) / 5, 1e-6));
  CHECK(scores.loss == 0.5 && !scores.r2);
});

const test::Register absent_class("a class that does not occur spoils no mean; with one class there is no AUC", [] {
  const mlp::Rows rows{2, 1, 3, {0, 0}, {1, 1}, {}, {}};
  const auto scores = scored(rows, mlp::Loss::kCrossEntropy, {0, 1, 0, 0, 1, 0});
  CHECK(*scores.accuracy == 1 && *scores.balanced_accuracy == 1 && *scores.macro_f1 == 1);
  CHECK(!scores.roc_auc);
});

const test::Register one_against_rest("sigmoids of one class a row are scaled to sum 1", [] {
  const mlp::Rows rows{2, 1, 3, {0, 0}, {0, 2}, {}, {}};
  const auto scores = scored(rows, mlp::Loss::kBinaryCrossEntropy, {0, 0, 0, 0, 0, 0});
  CHECK(test::close(*scores.log_loss, std::log(3.0), 1e-6));
  CHECK(*scores.accuracy == 0.5 && *scores.roc_auc == 0.5);
});

const test::Register many_labels("several labels a row are judged label by label", [] {
  // Truth 10, 11, 00; told 10, 10, 01.
  const mlp::Rows rows{3, 1, 2, {0, 0, 0}, {}, {1, 0, 1, 1, 0, 0}, {}};
  const auto scores = scored(rows, mlp::Loss::kBinaryCrossEntropy, {2, -2, 1, -1, -1, 1});
  CHECK(test::close(*scores.accuracy, 4.0 / 6, 1e-12));
  CHECK(test::close(*scores.macro_f1, (1.0 + 0.0) / 2, 1e-12));
  // First label: 2 and 1 above -1: 1. Second: -1 above -2 and below 1: 1/2.
  CHECK(test::close(*scores.roc_auc, 0.75, 1e-12));
  const auto cost = [](double margin) { return std::log1p(std::exp(-margin)); };
  CHECK(test::close(*scores.log_loss, (cost(2) + cost(2) + cost(1) + cost(-1) + cost(1) + cost(-1)) / 6, 1e-6));
  CHECK(!scores.balanced_accuracy);
});

const test::Register values("values: squared and absolute error over all outputs, R2 against their own means", [] {
  const mlp::Rows rows{2, 1, 2, {0, 0}, {}, {0, 10, 2, 14}, {}};
  const auto scores = scored(rows, mlp::Loss::kHuber, {1, 10, 2, 12});
  CHECK(test::close(*scores.squared_error, 5.0 / 4, 1e-12));
  CHECK(test::close(*scores.absolute_error, 3.0 / 4, 1e-12));
  // Variances 1 and 4.
  CHECK(test::close(*scores.r2, 1 - 1.25 / 2.5, 1e-12));
  CHECK(!scores.accuracy && !scores.roc_auc);
});

const test::Register saturated("the ranking is by log-odds, which go on where probabilities are all 1 or 0 in float32", [] {
  const std::vector<float> margins{40, 41, 42, 43};
  const std::vector<std::int32_t> labels{0, 1, 0, 1};
  // 41 above 40, 43 above 40 and 42: three of four pairs.
  std::vector<float> two;
  std::vector<float> three;
  std::vector<float> truths;
  for (std::size_t i = 0; i < margins.size(); ++i) {
    two.insert(two.end(), {0, margins[i]});
    three.insert(three.end(), {0, margins[i], -1000});
    truths.push_back(static_cast<float>(labels[i]));
  }
  const mlp::Rows rows{4, 1, 2, mlp::Buffer<float>(4), labels, {}, {}};
  CHECK(*scored(rows, mlp::Loss::kCrossEntropy, two).roc_auc == 0.75);
  CHECK(*scored(rows, mlp::Loss::kBinaryCrossEntropy, {-40, 0, -41, 0, -42, 0, -43, 0}).roc_auc == 0.75);
  const mlp::Rows more{4, 1, 3, mlp::Buffer<float>(4), labels, {}, {}};
  CHECK(*scored(more, mlp::Loss::kCrossEntropy, three).roc_auc == 0.75);
  const mlp::Rows several{4, 1, 1, mlp::Buffer<float>(4), {}, truths, {}};
  CHECK(*scored(several, mlp::Loss::kBinaryCrossEntropy, margins).roc_auc == 0.75);
});

const test::Register constant_values("R2 of constant values is 1 without error and 0 with one", [] {
  const mlp::Rows rows{2, 1, 1, {0, 0}, {}, {3, 3}, {}};
  CHECK(*scored(rows, mlp::Loss::kMeanSquaredError, {3, 3}).r2 == 1);
  CHECK(*scored(rows, mlp::Loss::kMeanSquaredError, {3, 4}).r2 == 0);
  // A mean of many is rounded.
  for (const Index count : {3, 7, 10, 60}) {
    const auto size = static_cast<std::size_t>(count);
    const mlp::Rows many{count, 1, 1, mlp::Buffer<float>(size), {}, std::vector<float>(size, -0.3127f), {}};
    CHECK(*scored(many, mlp::Loss::kMeanSquaredError, std::vector<float>(size, 0.05f)).r2 == 0);
  }
});

}  // namespace
