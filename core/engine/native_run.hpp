// A whole run in one call, on threads: what tests and benches use, and the model of what workers/run does with web workers.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "run/native_driver.hpp"

namespace webunmix {

struct NativeInput {
  Role role = Role::main;
  /// Opens the file once more: every thread reads through a source of its own.
  std::function<Result<std::unique_ptr<ByteSource>>()> open;
  std::string axes;  ///< answers the question about the pages; empty: as the file says
};

struct NativeRun {
  std::vector<NativeInput> inputs;
  Json recipe;
  std::size_t threads = 1;
  DriverOptions driver;
  Json extras = Json::object();  ///< for the report (Engine::report)
  /// The sink of each output stack, by the function's argument; null: fit only.
  std::function<Result<std::unique_ptr<ByteSink>>(std::size_t stack)> open_sink;
  OutputOptions output;  ///< `stack` is not used
};

/// Runs and returns the report.
[[nodiscard]] Result<Json> run_native(const NativeRun& run);

}  // namespace webunmix
