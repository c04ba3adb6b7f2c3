#pragma once

#include <napi.h>

namespace linalg::binding {

/** The addon's `linearAlgebra`. */
Napi::Object define(Napi::Env env);

}  // namespace linalg::binding
