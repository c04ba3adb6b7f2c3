#include "marshal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace mlp::binding {
namespace {

constexpr std::int64_t kInt32Max = std::numeric_limits<std::int32_t>::max();

template <class Choice>
using Names = std::vector<std::pair<const char*, Choice>>;

template <class Choice>
Choice choice_of(const Napi::Object& object, const char* name, const Names<Choice>& names) {
  const Napi::Value value = object.Get(name);
  const std::string text = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  std::string known;
  for (const auto& [spelling, choice] : names) {
    if (text == spelling) return choice;
    known += (known.empty() ? "" : ", ") + std::string(spelling);
  }
  throw Napi::TypeError::New(object.Env(), std::string(name) + " must be one of " + known + ".");
}

double number_of(const Napi::Object& object, const char* name, double min) {
  const Napi::Value value = object.Get(name);
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
  if (std::isfinite(number) && number >= min) return number;
  throw Napi::RangeError::New(object.Env(), std::string(name) + " must be a finite number that is not below its minimum.");
}

std::int64_t whole_in(const Napi::Object& object, const char* name, std::int64_t min, std::int64_t max = kInt32Max) {
  return whole_of(object.Get(name), name, min, max);
}

template <class Array>
Array array_of(const Napi::Value& value, napi_typedarray_type type, const std::string& name) {
  if (value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == type) return value.As<Array>();
  throw Napi::TypeError::New(value.Env(), name + " must be a typed array of the right kind.");
}

/** As number_of, but `standard` where the object has no such property. */
double number_or(const Napi::Object& object, const char* name, double min, double standard) {
  return object.Get(name).IsUndefined() ? standard : number_of(object, name, min);
}

/** As number_or, but no denormal, which a training's thread would take for 0. */
double seconds_or(const Napi::Object& object, const char* name, double standard) {
  const double seconds = number_or(object, name, 0, standard);
  return seconds > 0 ? std::max(seconds, std::numeric_limits<double>::min()) : seconds;
}

int whole_or(const Napi::Object& object, const char* name, std::int64_t min, int standard) {
  return object.Get(name).IsUndefined() ? standard : static_cast<int>(whole_in(object, name, min));
}

template <class Choice>
Choice choice_or(const Napi::Object& object, const char* name, Choice standard, const Names<Choice>& names) {
  return object.Get(name).IsUndefined() ? standard : choice_of(object, name, names);
}

Schedule schedule_of(const Napi::Object& object) {
  Schedule schedule;
  schedule.kind = choice_of<ScheduleKind>(object, "schedule",
                                          {{"constant", ScheduleKind::kConstant},
                                           {"step", ScheduleKind::kStep},
                                           {"exponential", ScheduleKind::kExponential},
                                           {"polynomial", ScheduleKind::kPolynomial},
                                           {"cosine", ScheduleKind::kCosine},
                                           {"cosineRestarts", ScheduleKind::kCosineRestarts},
                                           {"oneCycle", ScheduleKind::kOneCycle},
                                           {"plateau", ScheduleKind::kPlateau}});
  schedule.epochs = static_cast<int>(whole_in(object, "scheduleEpochs", 1));
  schedule.every_step = choice_or(object, "scheduleEvery", false, {{"epoch", false}, {"step", true}});
  schedule.step_epochs = static_cast<int>(whole_in(object, "stepEpochs", 1));
  schedule.step_factor = number_of(object, "stepFactor", 0);
  schedule.warmup_epochs = whole_or(object, "warmupEpochs", 0, schedule.warmup_epochs);
  schedule.final_factor = number_or(object, "finalFactor", 0, schedule.final_factor);
  schedule.power = number_or(object, "polynomialPower", 0, schedule.power);
  schedule.restart_epochs = whole_or(object, "restartEpochs", 1, schedule.restart_epochs);
  schedule.restart_factor = whole_or(object, "restartFactor", 1, schedule.restart_factor);
  schedule.plateau_epochs = whole_or(object, "plateauEpochs", 1, schedule.plateau_epochs);
  return schedule;
}

UpdateOptions update_of(const Napi::Object& object) {
  UpdateOptions update;
  update.optimizer = choice_of<Optimizer>(object, "optimizer",
                                          {{"sgd", Optimizer::kSgd},
                                           {"nesterov", Optimizer::kNesterov},
                                           {"adagrad", Optimizer::kAdagrad},
                                           {"rmsprop", Optimizer::kRmsprop},
                                           {"adam", Optimizer::kAdam},
                                           {"nadam", Optimizer::kNadam},
                                           {"amsgrad", Optimizer::kAmsgrad},
                                           {"lion", Optimizer::kLion}});
  update.momentum = number_of(object, "momentum", 0);
  update.clip_value = number_or(object, "clipValue", 0, 0);
  update.clip_norm = number_or(object, "clipNorm", 0, 0);
  update.l1 = number_or(object, "l1", 0, 0);
  update.l2 = number_or(object, "l2", 0, 0);
  update.weight_decay = number_or(object, "weightDecay", 0, 0);
  return update;
}

/** From 0 to below 1: an average that never follows, or a layer of which nothing is left, could not learn. */
double share_or(const Napi::Object& object, const char* name, double standard) {
  const double share = number_or(object, name, 0, standard);
  if (share < 1) return share;
  throw Napi::RangeError::New(object.Env(), std::string(name) + " must be below 1.");
}

void check_loss_fits(Napi::Env env, Loss loss, const Rows& rows) {
  const bool needs_labels = loss == Loss::kCrossEntropy;
  if (loss == Loss::kBinaryCrossEntropy) {
    const bool in_range = std::all_of(rows.values.begin(), rows.values.end(), [](float y) { return y >= 0 && y <= 1; });
    if (in_range) return;
    throw Napi::RangeError::New(env, "binaryCrossEntropy needs labels (Int32Array), or values from 0 to 1.");
  }
  if (needs_labels == rows.is_classification()) return;
  throw Napi::TypeError::New(env, needs_labels ? "crossEntropy needs labels (Int32Array)."
                                               : "This loss needs values (Float32Array).");
}

std::vector<std::int32_t> order_of(const Napi::Object& object, const TrainingOptions& options, const Rows& fitted) {
  if (object.Get("order").IsUndefined()) return {};
  auto order = int32s_of(object.Get("order"), "order");
  const bool fits = static_cast<Index>(order.size()) == options.epochs * fitted.count;
  const bool known = std::all_of(order.begin(), order.end(), [&](auto row) { return row >= 0 && row < fitted.count; });
  if (fits && known) return order;
  throw Napi::RangeError::New(object.Env(), "order must hold a row number for each epoch and training row.");
}

}  // namespace

bool is_int32_array(const Napi::Value& value) {
  return value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_int32_array;
}

std::span<const float> floats_of(const Napi::Value& value, const std::string& name) {
  const auto array = array_of<Napi::Float32Array>(value, napi_float32_array, name);
  return {array.Data(), array.ElementLength()};
}

std::vector<std::int32_t> int32s_of(const Napi::Value& value, const std::string& name) {
  const auto array = array_of<Napi::Int32Array>(value, napi_int32_array, name);
  return {array.Data(), array.Data() + array.ElementLength()};
}

std::int64_t whole_of(const Napi::Value& value, const std::string& name, std::int64_t min, std::int64_t max) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
  if (number == std::floor(number) && number >= static_cast<double>(min) && number <= static_cast<double>(max)) {
    return static_cast<std::int64_t>(number);
  }
  throw Napi::RangeError::New(value.Env(), name + " must be a whole number from " + std::to_string(min) + " to " +
                                               std::to_string(max) + ".");
}

Shape shape_of(const Napi::Object& object, const Rows& rows) {
  const Napi::Env env = object.Env();
  Shape shape;
  if (!object.Get("layers").IsArray()) throw Napi::TypeError::New(env, "layers must be an array of widths.");
  const auto layers = object.Get("layers").As<Napi::Array>();
  for (std::uint32_t i = 0; i < layers.Length(); ++i) {
    // 2^20 wide keeps every product of two widths far inside 64 bits.
    shape.layers.push_back(whole_of(layers.Get(i), "a layer's width", 1, 1 << 20));
  }
  if (shape.layers.size() < 2 || shape.layers.front() != rows.columns || shape.layers.back() != rows.outputs) {
    throw Napi::RangeError::New(env, "layers must start with the rows' columns and end with their outputs.");
  }
  shape.activation = choice_of<Activation>(object, "activation",
                                           {{"relu", Activation::kRelu},
                                            {"leakyRelu", Activation::kLeakyRelu},
                                            {"elu", Activation::kElu},
                                            {"gelu", Activation::kGelu},
                                            {"silu", Activation::kSilu},
                                            {"tanh", Activation::kTanh},
                                            {"sigmoid", Activation::kSigmoid},
                                            {"softplus", Activation::kSoftplus},
                                            {"identity", Activation::kIdentity}});
  shape.loss = choice_of<Loss>(object, "loss",
                               {{"crossEntropy", Loss::kCrossEntropy},
                                {"binaryCrossEntropy", Loss::kBinaryCrossEntropy},
                                {"meanSquaredError", Loss::kMeanSquaredError},
                                {"meanAbsoluteError", Loss::kMeanAbsoluteError},
                                {"huber", Loss::kHuber}});
  shape.initializer = choice_or<Initializer>(object, "initializer", shape.initializer,
                                             {{"matching", Initializer::kMatching},
                                              {"he", Initializer::kHe},
                                              {"glorot", Initializer::kGlorot},
                                              {"lecun", Initializer::kLecun},
                                              {"orthogonal", Initializer::kOrthogonal}});
  shape.normalization = choice_or<Normalization>(
      object, "normalization", shape.normalization,
      {{"none", Normalization::kNone}, {"batch", Normalization::kBatch}, {"layer", Normalization::kLayer}});
  shape.dropout = share_or(object, "dropout", 0);
  shape.residual = object.Get("residual").ToBoolean();
  shape.huber_delta = number_or(object, "huberDelta", 0, shape.huber_delta);
  check_loss_fits(env, shape.loss, rows);
  return shape;
}

TrainingOptions training_options_of(const Napi::Object& object, const Rows& fitted) {
  TrainingOptions options;
  options.shape = shape_of(object, fitted);
  options.update = update_of(object);
  options.learning_rate = number_of(object, "learningRate", 0);
  options.schedule = schedule_of(object);
  options.averaging = share_or(object, "averaging", 0);
  options.label_smoothing = share_or(object, "labelSmoothing", 0);
  options.seconds_most = seconds_or(object, "timeLimitSeconds", 0);
  options.all_scores = object.Get("allScores").ToBoolean();
  options.epochs = static_cast<int>(whole_in(object, "epochs", 1));
  options.batch_size = whole_in(object, "batchSize", 1);
  options.patience = static_cast<int>(whole_in(object, "patience", 0));
  options.seed = static_cast<std::uint64_t>(whole_in(object, "seed", 0, (std::int64_t{1} << 53) - 1));
  if (object.Has("kernels")) {
    options.kernels = choice_of<KernelSet>(object, "kernels",
                                           {{"best", best_kernels().set},
                                            {"reference", KernelSet::kReference},
                                            {"avx2", KernelSet::kAvx2},
                                            {"avx512", KernelSet::kAvx512},
                                            {"neon", KernelSet::kNeon}});
  }
  if (!object.Get("initialWeights").IsUndefined()) {
    options.initial_weights = weights_of(object.Get("initialWeights"), options.shape);
  }
  if (!object.Get("checkpoint").IsUndefined()) {
    const auto bytes = array_of<Napi::Uint8Array>(object.Get("checkpoint"), napi_uint8_array, "checkpoint");
    options.checkpoint.assign(bytes.Data(), bytes.Data() + bytes.ElementLength());
    if (options.checkpoint.empty()) throw Napi::RangeError::New(object.Env(), "checkpoint must not be empty.");
  }
  options.keep_checkpoint = object.Get("keepCheckpoint").ToBoolean();
  options.order = order_of(object, options, fitted);
  options.record_steps = object.Get("recordSteps").ToBoolean();
  return options;
}

void check_same_kind(Napi::Env env, const Rows& fitted, const Rows& judged) {
  if (fitted.columns == judged.columns && fitted.outputs == judged.outputs &&
      fitted.is_classification() == judged.is_classification()) {
    return;
  }
  throw Napi::TypeError::New(env, "The validation rows must have the columns and targets of the training rows.");
}

std::vector<float> weights_of(const Napi::Value& value, const Shape& shape) {
  const auto weights = floats_of(value, "weights");
  if (static_cast<Index>(weights.size()) == shape.parameter_count()) return {weights.begin(), weights.end()};
  throw Napi::RangeError::New(value.Env(), "weights must be " + std::to_string(shape.parameter_count()) + " numbers.");
}

Napi::Object to_object(Napi::Env env, const Scores& scores) {
  auto object = Napi::Object::New(env);
  object["loss"] = Napi::Number::New(env, scores.loss);
  const std::pair<const char*, const std::optional<double>&> others[] = {
      {"accuracy", scores.accuracy},
      {"balancedAccuracy", scores.balanced_accuracy},
      {"macroF1", scores.macro_f1},
      {"logLoss", scores.log_loss},
      {"rocAuc", scores.roc_auc},
      {"mse", scores.squared_error},
      {"mae", scores.absolute_error},
      {"r2", scores.r2}};
  for (const auto& [name, score] : others) {
    if (score) object[name] = Napi::Number::New(env, *score);
  }
  return object;
}

Napi::Object to_object(Napi::Env env, const EpochRecord& record) {
  auto object = Napi::Object::New(env);
  object["epoch"] = Napi::Number::New(env, record.epoch);
  object["trainingLoss"] = Napi::Number::New(env, record.training_loss);
  if (record.judged) object["judged"] = to_object(env, *record.judged);
  return object;
}

Napi::Object to_object(Napi::Env env, const Divergence& divergence) {
  auto object = Napi::Object::New(env);
  object["loss"] = Napi::Number::New(env, divergence.loss);
  object["epoch"] = Napi::Number::New(env, divergence.epoch);
  object["step"] = Napi::Number::New(env, static_cast<double>(divergence.step));
  object["learningRate"] = Napi::Number::New(env, divergence.learning_rate);
  return object;
}

Napi::Object to_object(Napi::Env env, const Trained& trained) {
  auto object = Napi::Object::New(env);
  auto weights = Napi::Float32Array::New(env, trained.weights.size());
  std::copy(trained.weights.begin(), trained.weights.end(), weights.Data());
  auto losses = Napi::Float64Array::New(env, trained.step_losses.size());
  std::copy(trained.step_losses.begin(), trained.step_losses.end(), losses.Data());
  object["weights"] = weights;
  object["best"] = to_object(env, trained.best);
  object["epochs"] = Napi::Number::New(env, trained.epochs_run);
  object["stepLosses"] = losses;
  object["kernels"] = Napi::String::New(env, name_of(trained.kernels));
  object["cancelled"] = Napi::Boolean::New(env, trained.cancelled);
  object["paused"] = Napi::Boolean::New(env, trained.paused);
  object["trainingSeconds"] = Napi::Number::New(env, trained.training_seconds);
  object["judgingSeconds"] = Napi::Number::New(env, trained.judging_seconds);
  object["timedOut"] = Napi::Boolean::New(env, trained.timed_out);
  if (!trained.checkpoint.empty()) {
    auto checkpoint = Napi::Uint8Array::New(env, trained.checkpoint.size());
    std::copy(trained.checkpoint.begin(), trained.checkpoint.end(), checkpoint.Data());
    object["checkpoint"] = checkpoint;
  }
  if (trained.divergence) object["divergence"] = to_object(env, *trained.divergence);
  if (!trained.failure.empty()) object["failure"] = Napi::String::New(env, trained.failure);
  return object;
}

}  // namespace mlp::binding
