#include <napi.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "background.h"
#include "linear_algebra.h"
#include "marshal.h"
#include "rows_handle.h"

/** The engine's four names: Rows, train, evaluate, predict. src/trainers/mlp/native-engine.ts is their only caller. */
namespace mlp::binding {
namespace {

/** train(options, fitted: Rows, judged: Rows | undefined, onEpoch) -> { done, cancel, pause } */
Napi::Value train_in_background(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsObject()) throw Napi::TypeError::New(env, "options must be an object.");
  if (!info[3].IsFunction()) throw Napi::TypeError::New(env, "onEpoch must be a function.");
  const auto fitted = RowsHandle::rows_of(info[1]);
  std::shared_ptr<const Rows> judged;
  if (!info[2].IsUndefined()) {
    judged = RowsHandle::rows_of(info[2]);
    check_same_kind(env, *fitted, *judged);
  }
  auto options = training_options_of(info[0].As<Napi::Object>(), *fitted);
  return run_in_background(
      env, info[3].As<Napi::Function>(),
      [options = std::move(options), fitted, judged](Background& background) mutable -> MakeResult {
        options.pause = &background.paused();
        const auto on_epoch = [&background](const EpochRecord& record) {
          background.post([record](Napi::Env env, Napi::Function listener) { listener.Call({to_object(env, record)}); });
        };
        auto trained = train(options, *fitted, judged.get(), on_epoch, background.cancelled());
        return [trained = std::move(trained)](Napi::Env env) -> Napi::Value { return to_object(env, trained); };
      });
}

/** evaluate(shape, weights: Float32Array, rows: Rows) -> { done, cancel } */
Napi::Value evaluate_in_background(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsObject()) throw Napi::TypeError::New(env, "shape must be an object.");
  const auto rows = RowsHandle::rows_of(info[2]);
  auto shape = shape_of(info[0].As<Napi::Object>(), *rows);
  auto weights = weights_of(info[1], shape);
  const auto nobody_listens = Napi::Function::New(env, [](const Napi::CallbackInfo&) {});
  return run_in_background(env, nobody_listens,
                           [shape = std::move(shape), weights = std::move(weights), rows](Background&) -> MakeResult {
                             const Scores scores = evaluate(shape, weights, *rows);
                             return [scores](Napi::Env env) -> Napi::Value { return to_object(env, scores); };
                           });
}

/** predict(shape, weights: Float32Array, rows: Rows) -> { done, cancel }; the rows' targets do not matter. */
Napi::Value predict_in_background(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsObject()) throw Napi::TypeError::New(env, "shape must be an object.");
  const auto rows = RowsHandle::rows_of(info[2]);
  auto shape = shape_of(info[0].As<Napi::Object>(), *rows);
  auto weights = weights_of(info[1], shape);
  const auto nobody_listens = Napi::Function::New(env, [](const Napi::CallbackInfo&) {});
  return run_in_background(env, nobody_listens,
                           [shape = std::move(shape), weights = std::move(weights), rows](Background&) -> MakeResult {
                             auto outputs = predict(shape, weights, *rows);
                             return [outputs = std::move(outputs)](Napi::Env env) -> Napi::Value {
                               auto array = Napi::Float32Array::New(env, outputs.size());
                               std::copy(outputs.begin(), outputs.end(), array.Data());
                               return array;
                             };
                           });
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports["Rows"] = RowsHandle::define(env);
  exports["train"] = Napi::Function::New(env, train_in_background, "train");
  exports["evaluate"] = Napi::Function::New(env, evaluate_in_background, "evaluate");
  exports["predict"] = Napi::Function::New(env, predict_in_background, "predict");
  exports["linearAlgebra"] = linalg::binding::define(env);
  return exports;
}

}  // namespace

NODE_API_MODULE(hone, init)

}  // namespace mlp::binding
