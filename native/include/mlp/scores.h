#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mlp/rows.h"
#include "mlp/shape.h"
#include "mlp/view.h"

namespace mlp {

/**
 * How well rows are predicted. Present is what has a meaning for the task: labels (one class a row), several labels a row
 * (values with kBinaryCrossEntropy), or values. All but the loss count each row once.
 */
struct Scores {
  /** Mean over the rows, by their weights, without label smoothing. */
  double loss = 0;
  /** Share of rows whose class is right, or of labels that are told right. */
  std::optional<double> accuracy;
  /** Mean over the classes that occur of the share of their rows that is right. One class a row only. */
  std::optional<double> balanced_accuracy;
  /** Mean of 2 TP / (2 TP + FP + FN) over the classes that occur or are predicted; over all labels, 0 where undefined. */
  std::optional<double> macro_f1;
  /** Mean of -log p(class), p being normalized, or over the labels too. Absent unless all scores are asked for. */
  std::optional<double> log_loss;
  /**
   * Area under the curve of true over false positives, each class against the rest, mean over the classes that have
   * both; absent where none has, and unless all scores are asked for. Hanley & McNeil 1982.
   */
  std::optional<double> roc_auc;
  /** Means over rows and outputs. */
  std::optional<double> squared_error;
  std::optional<double> absolute_error;
  /** 1 - squared error / variance of the values; where that is 0, 1 for no error and 0 otherwise. */
  std::optional<double> r2;
};

/** Makes scores of a network's outputs. All memory is taken when it is made. */
class Judge {
 public:
  Judge(const Rows& rows, const Shape& shape);

  /** Outputs for the rows from `from` on. */
  void take(Index from, Matrix<const float> outputs);

  /** Of the outputs taken. @param loss their mean loss. @param all whether log loss and AUC are made too. */
  Scores scores(double loss, bool all);

 private:
  /** True positives, false positives and false negatives of a class. */
  struct Counts {
    Index hits = 0;
    Index extra = 0;
    Index missed = 0;
  };

  const float* row(Index i) const { return outputs_.data() + i * rows_.outputs; }
  bool is_in(Index row, Index output) const;
  void score_classes(Scores& scores);
  void score_labels(Scores& scores);
  void score_values(Scores& scores) const;
  double macro_f1(bool skips_unknown) const;
  void to_log_odds();
  double log_loss() const;
  std::optional<double> roc_auc();
  std::optional<double> area(Index output);

  const Rows& rows_;
  bool is_softmax_;
  bool is_multi_label_;
  double variance_ = 0;
  std::vector<float> outputs_;
  std::vector<Counts> counts_;
  std::vector<std::int32_t> order_;
  /** Of a row: the logarithm of what the classes from each one on have together. */
  std::vector<double> others_;
};

}  // namespace mlp
