#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "mlp/scores.h"

namespace mlp {
namespace {

/** Mean over the outputs of the variance of their values; by their distances to the first one, so that equal ones have 0. */
double mean_variance(const Rows& rows) {
  double sum = 0;
  for (Index j = 0; j < rows.outputs; ++j) {
    const auto distance = [&](Index i) { return static_cast<double>(rows.values[i * rows.outputs + j]) - rows.values[j]; };
    double mean = 0;
    for (Index i = 0; i < rows.count; ++i) mean += distance(i) / static_cast<double>(rows.count);
    for (Index i = 0; i < rows.count; ++i) {
      const double off = distance(i) - mean;
      sum += off * off / static_cast<double>(rows.count);
    }
  }
  return sum / static_cast<double>(rows.outputs);
}

/** The first of the largest, as the losses have it. */
Index index_of_largest(const float* row, Index count) { return std::max_element(row, row + count) - row; }

double sigmoid(double z) { return 1 / (1 + std::exp(-z)); }

double log_sigmoid(double z) { return std::min(z, 0.0) - std::log1p(std::exp(-std::abs(z))); }

/** log(e^a + e^b) */
double log_sum(double a, double b) { return std::max(a, b) + std::log1p(std::exp(-std::abs(a - b))); }

/** The logarithm of next to nothing; finite, for infinities have no difference. */
constexpr double kNothing = std::numeric_limits<double>::lowest();

bool are_finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

}  // namespace

Judge::Judge(const Rows& rows, const Shape& shape)
    : rows_(rows), is_softmax_(shape.loss == Loss::kCrossEntropy),
      is_multi_label_(!rows.is_classification() && shape.loss == Loss::kBinaryCrossEntropy),
      outputs_(rows.count * rows.outputs) {
  const bool has_classes = rows.is_classification() || is_multi_label_;
  if (!has_classes) variance_ = mean_variance(rows);
  counts_.resize(has_classes ? rows.outputs : 0);
  order_.resize(has_classes ? rows.count : 0);
  others_.resize(has_classes ? rows.outputs + 1 : 0);
}

void Judge::take(Index from, Matrix<const float> outputs) {
  for (Index i = 0; i < outputs.rows; ++i) {
    std::copy_n(outputs.row(i), outputs.cols, outputs_.data() + (from + i) * outputs.cols);
  }
}

Scores Judge::scores(double loss, bool all) {
  Scores scores;
  scores.loss = loss;
  if (counts_.empty()) {
    score_values(scores);
    return scores;
  }
  std::fill(counts_.begin(), counts_.end(), Counts{});
  if (is_multi_label_) score_labels(scores);
  else score_classes(scores);
  // Outputs may be infinite where the loss is not: those have no order.
  if (!all || !std::isfinite(loss) || !are_finite(outputs_)) return scores;
  if (!is_multi_label_) to_log_odds();
  scores.log_loss = log_loss();
  scores.roc_auc = roc_auc();
  return scores;
}

bool Judge::is_in(Index row, Index output) const {
  return is_multi_label_ ? rows_.values[row * rows_.outputs + output] > 0.5f : rows_.labels[row] == output;
}

void Judge::score_classes(Scores& scores) {
  Index hits = 0;
  for (Index i = 0; i < rows_.count; ++i) {
    const Index label = rows_.labels[i];
    const Index guess = index_of_largest(row(i), rows_.outputs);
    hits += guess == label;
    if (guess == label) {
      ++counts_[label].hits;
    } else {
      ++counts_[label].missed;
      ++counts_[guess].extra;
    }
  }
  double recalls = 0;
  Index classes = 0;
  for (const auto& [right, extra, missed] : counts_) {
    if (right + missed == 0) continue;
    recalls += static_cast<double>(right) / static_cast<double>(right + missed);
    ++classes;
  }
  scores.accuracy = static_cast<double>(hits) / static_cast<double>(rows_.count);
  scores.balanced_accuracy = recalls / static_cast<double>(classes);
  scores.macro_f1 = macro_f1(true);
}

void Judge::score_labels(Scores& scores) {
  Index right = 0;
  for (Index i = 0; i < rows_.count; ++i) {
    for (Index j = 0; j < rows_.outputs; ++j) {
      const bool guess = row(i)[j] > 0;
      const bool truth = is_in(i, j);
      right += guess == truth;
      counts_[j].hits += guess && truth;
      counts_[j].extra += guess && !truth;
      counts_[j].missed += !guess && truth;
    }
  }
  scores.accuracy = static_cast<double>(right) / static_cast<double>(rows_.count * rows_.outputs);
  scores.macro_f1 = macro_f1(false);
}

double Judge::macro_f1(bool skips_unknown) const {
  double sum = 0;
  Index classes = 0;
  for (const auto& [right, extra, missed] : counts_) {
    const Index known = 2 * right + extra + missed;
    if (known > 0) sum += 2 * static_cast<double>(right) / static_cast<double>(known);
    classes += known > 0 || !skips_unknown;
  }
  return sum / static_cast<double>(classes);
}

void Judge::score_values(Scores& scores) const {
  double squares = 0;
  double sizes = 0;
  for (std::size_t e = 0; e < outputs_.size(); ++e) {
    const double error = static_cast<double>(outputs_[e]) - rows_.values[e];
    squares += error * error;
    sizes += std::abs(error);
  }
  const auto count = static_cast<double>(outputs_.size());
  scores.squared_error = squares / count;
  scores.absolute_error = sizes / count;
  scores.r2 = variance_ > 0 ? 1 - squares / count / variance_ : squares == 0;
}

/**
 * In place: of each class against the others, where outputs tell shares of their softmax, or of the sum of their sigmoids.
 * A label's output is its log-odds already. Probabilities near 1 would be equal by rounding, and their order lost.
 */
void Judge::to_log_odds() {
  const auto log_share = [&](float z) { return is_softmax_ ? z : log_sigmoid(z); };
  for (Index i = 0; i < rows_.count; ++i) {
    float* const row = outputs_.data() + i * rows_.outputs;
    others_[rows_.outputs] = kNothing;
    for (Index j = rows_.outputs; j-- > 0;) others_[j] = log_sum(others_[j + 1], log_share(row[j]));
    double before = kNothing;
    for (Index j = 0; j < rows_.outputs; ++j) {
      const double share = log_share(row[j]);
      row[j] = static_cast<float>(share - log_sum(before, others_[j + 1]));
      before = log_sum(before, share);
    }
  }
}

// As scikit-learn: a probability that float32 cannot tell from 0 costs as much as the least that it can tell from 1.
constexpr double kLeastShare = 1.1920929e-7;

double Judge::log_loss() const {
  const auto cost = [](double odds) { return -std::log(std::max(sigmoid(odds), kLeastShare)); };
  double sum = 0;
  for (Index i = 0; i < rows_.count; ++i) {
    if (!is_multi_label_) {
      sum += cost(row(i)[rows_.labels[i]]);
      continue;
    }
    for (Index j = 0; j < rows_.outputs; ++j) sum += cost(is_in(i, j) ? row(i)[j] : -row(i)[j]);
  }
  return sum / static_cast<double>(rows_.count * (is_multi_label_ ? rows_.outputs : 1));
}

std::optional<double> Judge::roc_auc() {
  double sum = 0;
  int classes = 0;
  for (Index j = 0; j < rows_.outputs; ++j) {
    const auto one = area(j);
    if (!one) continue;
    sum += *one;
    ++classes;
  }
  return classes > 0 ? std::optional(sum / classes) : std::nullopt;
}

/** By the ranks of the class's rows by log-odds (Mann & Whitney 1947); equal ones share their mean rank. */
std::optional<double> Judge::area(Index output) {
  std::iota(order_.begin(), order_.end(), 0);
  const auto score = [&](std::int32_t i) { return row(i)[output]; };
  std::sort(order_.begin(), order_.end(), [&](auto a, auto b) { return score(a) < score(b); });
  double ranks = 0;
  double in = 0;
  for (std::size_t from = 0; from < order_.size();) {
    std::size_t to = from;
    double tied = 0;
    for (; to < order_.size() && score(order_[to]) == score(order_[from]); ++to) tied += is_in(order_[to], output);
    in += tied;
    ranks += tied * (static_cast<double>(from + 1) + static_cast<double>(to)) / 2;
    from = to;
  }
  const double out = static_cast<double>(rows_.count) - in;
  if (in == 0 || out == 0) return std::nullopt;
  return (ranks - in * (in + 1) / 2) / (in * out);
}

}  // namespace mlp
