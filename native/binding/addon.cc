#include <napi.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "background.h"
#include "linear_algebra.h"
#include "marshal.h"
#include "mlp/lanes.h"
#include "rows_handle.h"

/** The engine's names: Rows, train, trainTogether, canTrainTogether, evaluate, predict; native-engine.ts calls them. */
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

/** One of several trainings. */
struct Part {
  TrainingOptions options;
  std::shared_ptr<const Rows> fitted;
  std::shared_ptr<const Rows> judged;
  Flag cancelled = std::make_shared<std::atomic<bool>>(false);
  Flag paused = std::make_shared<std::atomic<bool>>(false);
};

Part part_of(const Napi::Object& task) {
  const Napi::Env env = task.Env();
  if (!task.Get("options").IsObject()) throw Napi::TypeError::New(env, "options must be an object.");
  Part part;
  part.fitted = RowsHandle::rows_of(task.Get("fitted"));
  if (!task.Get("judged").IsUndefined()) {
    part.judged = RowsHandle::rows_of(task.Get("judged"));
    check_same_kind(env, *part.fitted, *part.judged);
  }
  part.options = training_options_of(task.Get("options").As<Napi::Object>(), *part.fitted);
  part.options.pause = part.paused.get();
  return part;
}

/** Calls the listener with (number, what, value). */
void tell(Napi::Env env, Napi::Function listener, std::size_t number, const char* what, Napi::Value value) {
  listener.Call({Napi::Number::New(env, static_cast<double>(number)), Napi::String::New(env, what), value});
}

TrainingTask task_of(const Part& part, std::size_t number, Background& background) {
  const auto post = [number, &background](const char* what, auto make) {
    background.post([=](Napi::Env env, Napi::Function listener) { tell(env, listener, number, what, make(env)); });
  };
  return {&part.options,
          part.fitted.get(),
          part.judged.get(),
          part.cancelled.get(),
          [post](const EpochRecord& record) {
            post("epoch", [record](Napi::Env env) -> Napi::Value { return to_object(env, record); });
          },
          [post](Trained trained) {
            post("end", [trained = std::move(trained)](Napi::Env env) -> Napi::Value { return to_object(env, trained); });
          },
          [post](std::exception_ptr error) {
            std::string text;
            try {
              std::rethrow_exception(error);
            } catch (const std::exception& thrown) {
              text = thrown.what();
            }
            post("error", [text](Napi::Env env) -> Napi::Value { return Napi::Error::New(env, text).Value(); });
          }};
}

/**
 * trainTogether(tasks: { options, fitted, judged }[], listener) -> { done, cancelOne[], pauseOne[] }
 *
 * The listener is called with (number of the task, 'epoch', epoch), and once with (number, 'end', trained) or with
 * (number, 'error', Error).
 */
Napi::Value train_together_in_background(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsArray()) throw Napi::TypeError::New(env, "tasks must be an array.");
  if (!info[1].IsFunction()) throw Napi::TypeError::New(env, "listener must be a function.");
  const auto given = info[0].As<Napi::Array>();
  std::vector<Part> parts;
  std::vector<Flag> flags;
  auto cancel_one = Napi::Array::New(env, given.Length());
  auto pause_one = Napi::Array::New(env, given.Length());
  for (std::uint32_t i = 0; i < given.Length(); ++i) {
    const Napi::Value task = given.Get(i);
    if (!task.IsObject()) throw Napi::TypeError::New(env, "a task must be an object.");
    parts.push_back(part_of(task.As<Napi::Object>()));
    flags.push_back(parts.back().cancelled);
    cancel_one.Set(i, setter_of(env, flags.back()));
    pause_one.Set(i, setter_of(env, parts.back().paused));
  }
  auto handle = run_in_background(
      env, info[1].As<Napi::Function>(),
      [parts = std::move(parts)](Background& background) -> MakeResult {
        std::vector<TrainingTask> tasks;
        for (std::size_t i = 0; i < parts.size(); ++i) tasks.push_back(task_of(parts[i], i, background));
        train_together(tasks);
        return [](Napi::Env env) -> Napi::Value { return env.Undefined(); };
      },
      std::move(flags));
  handle["cancelOne"] = cancel_one;
  handle["pauseOne"] = pause_one;
  return handle;
}

/** canTrainTogether(one: task, other: task) -> boolean */
Napi::Value can_train_together(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsObject() || !info[1].IsObject()) throw Napi::TypeError::New(env, "a task must be an object.");
  const Part one = part_of(info[0].As<Napi::Object>());
  const Part other = part_of(info[1].As<Napi::Object>());
  const auto bare = [](const Part& part) {
    return TrainingTask{&part.options, part.fitted.get(), part.judged.get(), part.cancelled.get(), {}, {}, {}};
  };
  return Napi::Boolean::New(env, mlp::can_train_together(bare(one), bare(other)));
}

/** What a network of these weights makes of these rows, worked out in the background. */
using Judge = MakeResult (*)(const Shape&, const std::vector<float>&, const Rows&, const std::atomic<bool>& cancelled);

/** (shape, weights: Float32Array, rows: Rows) -> { done, cancel } */
Napi::Value judge_in_background(const Napi::CallbackInfo& info, Judge judge) {
  const Napi::Env env = info.Env();
  if (!info[0].IsObject()) throw Napi::TypeError::New(env, "shape must be an object.");
  const auto rows = RowsHandle::rows_of(info[2]);
  auto shape = shape_of(info[0].As<Napi::Object>(), *rows);
  auto weights = weights_of(info[1], shape);
  const auto nobody_listens = Napi::Function::New(env, [](const Napi::CallbackInfo&) {});
  return run_in_background(env, nobody_listens,
                           [shape = std::move(shape), weights = std::move(weights), rows, judge](Background& background) {
                             return judge(shape, weights, *rows, background.cancelled());
                           });
}

/** evaluate(shape, weights: Float32Array, rows: Rows) -> { done, cancel } */
Napi::Value evaluate_in_background(const Napi::CallbackInfo& info) {
  return judge_in_background(info, [](auto& shape, auto& weights, auto& rows, auto& cancelled) -> MakeResult {
    const Scores scores = evaluate(shape, weights, rows, cancelled);
    return [scores](Napi::Env env) -> Napi::Value { return to_object(env, scores); };
  });
}

/** predict(shape, weights: Float32Array, rows: Rows) -> { done, cancel }; the rows' targets do not matter. */
Napi::Value predict_in_background(const Napi::CallbackInfo& info) {
  return judge_in_background(info, [](auto& shape, auto& weights, auto& rows, auto& cancelled) -> MakeResult {
    auto outputs = predict(shape, weights, rows, cancelled);
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
  exports["trainTogether"] = Napi::Function::New(env, train_together_in_background, "trainTogether");
  exports["canTrainTogether"] = Napi::Function::New(env, can_train_together, "canTrainTogether");
  exports["evaluate"] = Napi::Function::New(env, evaluate_in_background, "evaluate");
  exports["predict"] = Napi::Function::New(env, predict_in_background, "predict");
  exports["linearAlgebra"] = linalg::binding::define(env);
  return exports;
}

}  // namespace

NODE_API_MODULE(hone, init)

}  // namespace mlp::binding
