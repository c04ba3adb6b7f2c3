#pragma once

#include <napi.h>

#include <memory>

#include "mlp/rows.h"

namespace mlp::binding {

/**
 * JavaScript's handle of rows in native memory: copied in once, then shared by all trainings that read them.
 *
 *     new Rows(features: Float32Array, targets: Int32Array | Float32Array, columns: number, outputs: number)
 */
class RowsHandle : public Napi::ObjectWrap<RowsHandle> {
 public:
  static Napi::Function define(Napi::Env env);
  /** @throws Napi::TypeError for anything else. */
  static std::shared_ptr<const Rows> rows_of(const Napi::Value& value);

  explicit RowsHandle(const Napi::CallbackInfo& info);
  void Finalize(Napi::BasicEnv env) override;

 private:
  std::shared_ptr<const Rows> rows_;
  std::int64_t bytes_ = 0;
};

}  // namespace mlp::binding
