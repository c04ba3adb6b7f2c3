#include "rows_handle.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <utility>

#include "marshal.h"

namespace mlp::binding {
namespace {

// Tells our objects from any other that has the right shape: unwrapping another's would read foreign memory.
constexpr napi_type_tag kTag{0x9d2f4c6b1e8a4d35, 0xb1b0c7d94e6a2f83};

template <class Floats>
void copy(std::span<const float> from, Floats& to) {
  to.assign(from.begin(), from.end());
}

Rows read_rows(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Rows rows;
  copy(floats_of(info[0], "features"), rows.features);
  rows.columns = whole_of(info[2], "columns", 1, std::numeric_limits<std::int32_t>::max());
  rows.outputs = whole_of(info[3], "outputs", 1, std::numeric_limits<std::int32_t>::max());
  const auto size = static_cast<Index>(rows.features.size());
  rows.count = size / rows.columns;
  if (rows.count == 0) throw Napi::RangeError::New(env, "There are no rows: give at least one.");
  if (rows.count > std::numeric_limits<std::int32_t>::max()) throw Napi::RangeError::New(env, "There are too many rows.");
  if (rows.count * rows.columns != size) {
    throw Napi::RangeError::New(env, "features must hold the same number of columns for each row.");
  }
  if (is_int32_array(info[1])) rows.labels = int32s_of(info[1], "targets");
  else copy(floats_of(info[1], "targets"), rows.values);
  if (!info[4].IsUndefined()) copy(floats_of(info[4], "weights"), rows.weights);
  return rows;
}

void check_targets(Napi::Env env, const Rows& rows) {
  if (!rows.is_classification()) {
    if (static_cast<Index>(rows.values.size()) == rows.count * rows.outputs) return;
    throw Napi::RangeError::New(env, "targets must hold a value for each row and output.");
  }
  if (static_cast<Index>(rows.labels.size()) != rows.count) {
    throw Napi::RangeError::New(env, "targets must hold a label for each row.");
  }
  const auto [low, high] = std::minmax_element(rows.labels.begin(), rows.labels.end());
  if (*low < 0 || *high >= rows.outputs) throw Napi::RangeError::New(env, "labels must be from 0 to outputs - 1.");
}

/** A NaN would make all of a training NaN, and leave no trace of where it came from. */
template <class Floats>
void check_finite(Napi::Env env, const Floats& values, Index columns, const std::string& name) {
  const auto bad = std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
  if (bad == values.end()) return;
  const Index at = bad - values.begin();
  throw Napi::RangeError::New(env, name + " must be finite numbers: row " + std::to_string(at / columns) + ", column " +
                                       std::to_string(at % columns) + " is not.");
}

void check_weights(Napi::Env env, const Rows& rows) {
  if (rows.weights.empty()) return;
  if (static_cast<Index>(rows.weights.size()) != rows.count) {
    throw Napi::RangeError::New(env, "weights must hold a number for each row.");
  }
  check_finite(env, rows.weights, 1, "weights");
  const auto [low, high] = std::minmax_element(rows.weights.begin(), rows.weights.end());
  if (*low < 0 || *high == 0) throw Napi::RangeError::New(env, "weights must be at least 0, and one of them above 0.");
}

std::int64_t bytes_of(const Rows& rows) {
  return static_cast<std::int64_t>(4 * (rows.features.size() + rows.labels.size() + rows.values.size() + rows.weights.size()));
}

}  // namespace

Napi::Function RowsHandle::define(Napi::Env env) { return DefineClass(env, "Rows", {}); }

RowsHandle::RowsHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<RowsHandle>(info) {
  Rows rows = read_rows(info);
  check_targets(info.Env(), rows);
  check_finite(info.Env(), rows.features, rows.columns, "features");
  check_finite(info.Env(), rows.values, rows.outputs, "targets");
  check_weights(info.Env(), rows);
  rows_ = std::make_shared<const Rows>(std::move(rows));
  // So that the garbage collector knows what a handle weighs.
  bytes_ = bytes_of(*rows_);
  Napi::MemoryManagement::AdjustExternalMemory(info.Env(), bytes_);
  info.This().As<Napi::Object>().TypeTag(&kTag);
}

void RowsHandle::Finalize(Napi::BasicEnv env) { Napi::MemoryManagement::AdjustExternalMemory(env, -bytes_); }

std::shared_ptr<const Rows> RowsHandle::rows_of(const Napi::Value& value) {
  if (value.IsObject() && value.As<Napi::Object>().CheckTypeTag(&kTag)) {
    return Napi::ObjectWrap<RowsHandle>::Unwrap(value.As<Napi::Object>())->rows_;
  }
  throw Napi::TypeError::New(value.Env(), "rows must be made with new Rows().");
}

}  // namespace mlp::binding
