#include "background.h"

#include <exception>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace mlp::binding {
namespace {

/** Lives from its start to the finalizer of its thread-safe function, which runs on the JavaScript thread. */
class Job : public Background {
 public:
  Job(Napi::Env env, Napi::Function listener, std::function<MakeResult(Background&)> work, std::vector<Flag> parts)
      : env_(env), work_(std::move(work)), parts_(std::move(parts)), done_(Napi::Promise::Deferred::New(env)),
        channel_(Napi::ThreadSafeFunction::New(env, listener, "hone training", 0, 1, this,
                                               [](Napi::Env, Job* job) { job->finalize(); })) {
    // Made after the channel, so it runs before the channel's own hook: the thread ends while the channel is whole.
    napi_add_env_cleanup_hook(env, &Job::tear_down, this);
  }

  /** @throws where there is no thread to be had; the channel's finalizer then deletes the job. */
  void start() {
    try {
      thread_ = std::thread([this] { run(); });
    } catch (const std::system_error& error) {
      napi_remove_env_cleanup_hook(env_, &Job::tear_down, this);
      channel_.Release();
      throw Napi::Error::New(env_, std::string("There is no thread to be had: ") + error.what() + ".");
    }
  }

  const std::atomic<bool>& cancelled() const override { return *cancelled_; }
  const std::atomic<bool>& paused() const override { return *paused_; }
  Flag cancel_flag() const { return cancelled_; }
  Flag pause_flag() const { return paused_; }
  Napi::Promise promise() const { return done_.Promise(); }

  void post(std::function<void(Napi::Env, Napi::Function)> message) override {
    channel_.BlockingCall([message = std::move(message)](Napi::Env env, Napi::Function listener) {
      if (env) message(env, listener);
    });
  }

 private:
  void run() {
    try {
      settle([make = work_(*this)](Napi::Env env, Napi::Promise::Deferred& done) { done.Resolve(make(env)); });
    } catch (const std::exception& error) {
      settle([text = std::string(error.what())](Napi::Env env, Napi::Promise::Deferred& done) {
        done.Reject(Napi::Error::New(env, text).Value());
      });
    }
    channel_.Release();
  }

  void settle(std::function<void(Napi::Env, Napi::Promise::Deferred&)> outcome) {
    post([this, outcome = std::move(outcome)](Napi::Env env, Napi::Function) { outcome(env, done_); });
  }

  void finalize() {
    if (thread_.joinable()) {
      thread_.join();
      napi_remove_env_cleanup_hook(env_, &Job::tear_down, this);
    }
    delete this;
  }

  static void tear_down(void* data) {
    Job* const job = static_cast<Job*>(data);
    job->cancelled_->store(true, std::memory_order_relaxed);
    for (const Flag& part : job->parts_) part->store(true, std::memory_order_relaxed);
    job->thread_.join();
  }

  napi_env env_;
  std::function<MakeResult(Background&)> work_;
  // Shared with `cancel` and `pause`, which JavaScript may call long after the job is gone.
  std::vector<Flag> parts_;
  Flag cancelled_ = std::make_shared<std::atomic<bool>>(false);
  Flag paused_ = std::make_shared<std::atomic<bool>>(false);
  Napi::Promise::Deferred done_;
  Napi::ThreadSafeFunction channel_;
  std::thread thread_;
};

}  // namespace

Napi::Object run_in_background(Napi::Env env, Napi::Function listener, std::function<MakeResult(Background&)> work,
                               std::vector<Flag> parts) {
  auto* const job = new Job(env, listener, std::move(work), std::move(parts));
  auto handle = Napi::Object::New(env);
  handle["done"] = job->promise();
  handle["cancel"] = setter_of(env, job->cancel_flag());
  handle["pause"] = setter_of(env, job->pause_flag());
  job->start();
  return handle;
}

Napi::Function setter_of(Napi::Env env, Flag flag) {
  return Napi::Function::New(env, [flag = std::move(flag)](const Napi::CallbackInfo&) {
    flag->store(true, std::memory_order_relaxed);
  });
}

}  // namespace mlp::binding
