#include "linear_algebra.h"

#include <limits>
#include <string>

#include "linalg/linalg.h"

/** Synchronous calls over the caller's arrays. Every length is checked here; src/algebra/native-algebra.ts calls. */
namespace linalg::binding {
namespace {

void require(const Napi::CallbackInfo& info, bool holds, const char* message) {
  if (!holds) throw Napi::TypeError::New(info.Env(), message);
}

struct Array {
  double* data;
  Index length;
};

/** One call into Node each: a proposal makes thousands. */
Array array_at(const Napi::CallbackInfo& info, std::size_t i) {
  napi_typedarray_type type;
  std::size_t length = 0;
  void* data = nullptr;
  const auto status = napi_get_typedarray_info(info.Env(), info[i], &type, &length, &data, nullptr, nullptr);
  require(info, status == napi_ok && type == napi_float64_array, "Expected a Float64Array.");
  return {static_cast<double*>(data), static_cast<Index>(length)};
}

Index whole_at(const Napi::CallbackInfo& info, std::size_t i) {
  require(info, info[i].IsNumber(), "Expected a number.");
  const auto value = info[i].As<Napi::Number>().Int64Value();
  require(info, value >= 0 && value <= 1 << 20, "Expected a whole number up to 2^20.");
  return value;
}

double number_at(const Napi::CallbackInfo& info, std::size_t i) {
  require(info, info[i].IsNumber(), "Expected a number.");
  return info[i].As<Napi::Number>().DoubleValue();
}

/** Arguments 0 to 3. */
Kernel kernel_of(const Napi::CallbackInfo& info) {
  require(info, info[0].IsTypedArray(), "Expected a Uint8Array.");
  require(info, info[0].As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array, "Expected a Uint8Array.");
  auto categorical = info[0].As<Napi::Uint8Array>();
  const auto scales = array_at(info, 1);
  require(info, scales.length > 0 && static_cast<Index>(categorical.ElementLength()) == scales.length,
          "There must be one length scale a dimension.");
  const double share = number_at(info, 3);
  require(info, share >= 0 && share < 1, "The additive share must be at least 0 and less than 1.");
  return {scales.length, categorical.Data(), scales.data, number_at(info, 2), share};
}

/** Rows of a matrix of `width` columns. */
Index rows_of(const Napi::CallbackInfo& info, const Array& matrix, Index width) {
  require(info, width > 0 && matrix.length % width == 0, "The length is no multiple of the width.");
  return matrix.length / width;
}

/** (kernel, points, arranged | undefined): how long the last one has to be, or what it then receives. */
Napi::Value arrange_of(const Napi::CallbackInfo& info) {
  const auto kernel = kernel_of(info);
  const auto points = array_at(info, 4);
  const Index n = rows_of(info, points, kernel.d), size = arranged_size(kernel, n);
  if (info[5].IsUndefined()) return Napi::Number::New(info.Env(), static_cast<double>(size));
  const auto arranged = array_at(info, 5);
  require(info, arranged.length == size, "The lengths do not fit.");
  arrange(kernel, n, points.data, arranged.data);
  return info.Env().Undefined();
}

/** (kernel, arranged, noises, done, matrix) */
void covariance_of(const Napi::CallbackInfo& info) {
  const auto kernel = kernel_of(info);
  const auto arranged = array_at(info, 4), noises = array_at(info, 5), matrix = array_at(info, 7);
  const Index n = noises.length, done = whole_at(info, 6);
  require(info, arranged.length == arranged_size(kernel, n) && matrix.length == n * n && done <= n,
          "The lengths do not fit.");
  covariance(kernel, n, arranged.data, noises.data, done, matrix.data);
}

/** (kernel, arranged, others, n, covariances) */
void cross_covariance_of(const Napi::CallbackInfo& info) {
  const auto kernel = kernel_of(info);
  const auto arranged = array_at(info, 4), others = array_at(info, 5), covariances = array_at(info, 7);
  const Index m = rows_of(info, others, kernel.d), n = whole_at(info, 6);
  require(info, arranged.length == arranged_size(kernel, n) && covariances.length == n * m, "The lengths do not fit.");
  cross_covariance(kernel, n, arranged.data, m, others.data, covariances.data);
}

/** Arguments 0 to 8: (kernel, points, arranged, factor, weights, mean). */
Process process_of(const Napi::CallbackInfo& info) {
  const auto kernel = kernel_of(info);
  const auto points = array_at(info, 4), arranged = array_at(info, 5), factor = array_at(info, 6);
  const auto weights = array_at(info, 7);
  const Index n = rows_of(info, points, kernel.d);
  require(info, n > 0 && arranged.length == arranged_size(kernel, n) && factor.length == n * n && weights.length % n == 0,
          "The lengths do not fit.");
  return {kernel, n, points.data, arranged.data, factor.data, weights.data, weights.length / n, number_at(info, 8)};
}

/** (process, others, means, variances, solved | undefined) */
void posterior_of(const Napi::CallbackInfo& info) {
  const auto process = process_of(info);
  const auto others = array_at(info, 9), means = array_at(info, 10), variances = array_at(info, 11);
  const Index m = rows_of(info, others, process.kernel.d);
  require(info, means.length == process.sets * m && variances.length == m, "The lengths do not fit.");
  if (info[12].IsUndefined()) return posterior(process, m, others.data, means.data, variances.data);
  const auto solved = array_at(info, 12);
  require(info, solved.length == m * process.n, "The lengths do not fit.");
  posterior_to_differentiate(process, m, others.data, means.data, variances.data, solved.data);
}

/** (process, others, solved, by means, by variances, gradients) */
void posterior_gradients_of(const Napi::CallbackInfo& info) {
  const auto process = process_of(info);
  const auto others = array_at(info, 9), solved = array_at(info, 10), by_means = array_at(info, 11);
  const auto by_variances = array_at(info, 12), gradients = array_at(info, 13);
  const Index m = rows_of(info, others, process.kernel.d);
  require(info,
          solved.length == m * process.n && by_means.length == process.sets * m && by_variances.length == m &&
              gradients.length == others.length,
          "The lengths do not fit.");
  posterior_gradients(process, m, others.data, solved.data, by_means.data, by_variances.data, gradients.data);
}

/** (matrix, n, done) */
Napi::Value cholesky_of(const Napi::CallbackInfo& info) {
  const auto matrix = array_at(info, 0);
  const Index n = whole_at(info, 1), done = whole_at(info, 2);
  require(info, matrix.length == n * n && done <= n, "The lengths do not fit.");
  return Napi::Boolean::New(info.Env(), cholesky(matrix.data, n, done));
}

/** (factor, n, x) */
template <void (*Solve)(const double*, Index, double*, Index)>
void solve_with(const Napi::CallbackInfo& info) {
  const auto factor = array_at(info, 0), x = array_at(info, 2);
  const Index n = whole_at(info, 1);
  require(info, n > 0 && factor.length == n * n && x.length % n == 0, "The lengths do not fit.");
  Solve(factor.data, n, x.data, x.length / n);
}

/** (a, b, k, c) */
void product_of(const Napi::CallbackInfo& info) {
  const auto a = array_at(info, 0), b = array_at(info, 1), c = array_at(info, 3);
  const Index k = whole_at(info, 2);
  const Index m = rows_of(info, a, k), n = rows_of(info, b, k);
  require(info, c.length == m * n, "The lengths do not fit.");
  product(a.data, b.data, k, m, n, c.data);
}

/** (kernel, points, values, extra noises, noise, diagonal, gradient | undefined) */
Napi::Value evidence_of(const Napi::CallbackInfo& info) {
  const auto kernel = kernel_of(info);
  const auto points = array_at(info, 4), values = array_at(info, 5), extra = array_at(info, 6);
  const auto diagonal = array_at(info, 8);
  const Array gradient = info[9].IsUndefined() ? Array{nullptr, kernel.d + 2} : array_at(info, 9);
  const Index n = rows_of(info, points, kernel.d);
  require(info, values.length == n && extra.length == n && diagonal.length == n && gradient.length == kernel.d + 2,
          "The lengths do not fit.");
  const auto found = evidence(kernel, n, points.data, values.data, extra.data, number_at(info, 7), diagonal.data,
                              gradient.data);
  return Napi::Number::New(info.Env(),
                           found.positive_definite ? found.quadratic : std::numeric_limits<double>::quiet_NaN());
}

}  // namespace

Napi::Object define(Napi::Env env) {
  auto object = Napi::Object::New(env);
  object["isFastHere"] = Napi::Boolean::New(env, is_fast_here());
  object["variant"] = Napi::String::New(env, variant_name());
  object["arrange"] = Napi::Function::New(env, arrange_of, "arrange");
  object["covariance"] = Napi::Function::New(env, covariance_of, "covariance");
  object["crossCovariance"] = Napi::Function::New(env, cross_covariance_of, "crossCovariance");
  object["cholesky"] = Napi::Function::New(env, cholesky_of, "cholesky");
  object["solveTransposed"] = Napi::Function::New(env, solve_with<solve_transposed>, "solveTransposed");
  object["solve"] = Napi::Function::New(env, solve_with<solve>, "solve");
  object["product"] = Napi::Function::New(env, product_of, "product");
  object["posterior"] = Napi::Function::New(env, posterior_of, "posterior");
  object["posteriorGradients"] = Napi::Function::New(env, posterior_gradients_of, "posteriorGradients");
  object["evidence"] = Napi::Function::New(env, evidence_of, "evidence");
  return object;
}

}  // namespace linalg::binding
