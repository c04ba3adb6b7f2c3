#pragma once

#include <napi.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mlp/trainer.h"

/** JavaScript values to C++ and back. Everything from outside is checked here: behind this, it is asserted or trusted. */
namespace mlp::binding {

bool is_int32_array(const Napi::Value& value);
/** The array itself, not a copy: valid until JavaScript runs again. */
std::span<const float> floats_of(const Napi::Value& value, const std::string& name);
std::vector<std::int32_t> int32s_of(const Napi::Value& value, const std::string& name);
std::int64_t whole_of(const Napi::Value& value, const std::string& name, std::int64_t min, std::int64_t max);

/** { layers, activation, loss } @throws also when it does not fit the rows. */
Shape shape_of(const Napi::Object& object, const Rows& rows);
/** As TrainOptions in src/trainers/mlp/engine/native-engine.ts. */
TrainingOptions training_options_of(const Napi::Object& object, const Rows& fitted);
/** @throws unless the rows are of the same kind and width. */
void check_same_kind(Napi::Env env, const Rows& fitted, const Rows& judged);
/** @throws unless there is one for each weight and bias of the shape. */
std::vector<float> weights_of(const Napi::Value& value, const Shape& shape);

Napi::Object to_object(Napi::Env env, const Scores& scores);
Napi::Object to_object(Napi::Env env, const EpochRecord& record);
Napi::Object to_object(Napi::Env env, const Divergence& divergence);
Napi::Object to_object(Napi::Env env, const Trained& trained);

}  // namespace mlp::binding
