#pragma once

#include <napi.h>

#include <atomic>
#include <functional>

namespace mlp::binding {

/** What work on its own thread sees of the world. */
class Background {
 public:
  virtual ~Background() = default;
  virtual const std::atomic<bool>& cancelled() const = 0;
  virtual const std::atomic<bool>& paused() const = 0;
  /** Calls `message` on the JavaScript thread with the listener; every message arrives, in order. */
  virtual void post(std::function<void(Napi::Env, Napi::Function)> message) = 0;
};

/** Makes the result in JavaScript, on its thread. */
using MakeResult = std::function<Napi::Value(Napi::Env)>;

/**
 * Runs `work` on a thread of its own, never one of libuv's: its pool has four threads, which files and DNS share.
 * Returns { done: Promise, cancel(): void, pause(): void }. An exception of the work rejects the promise. When the environment is
 * torn down first, the work is cancelled and waited for.
 */
Napi::Object run_in_background(Napi::Env env, Napi::Function listener, std::function<MakeResult(Background&)> work);

}  // namespace mlp::binding
