// Runs a recipe with threads: the native counterpart of workers/run. It knows the step protocol and no method, and of files no
// more than what Pipeline and the caller's functions hide.
//
// One pipeline is the lead, one more serves each thread. Results are exactly the same with any number of threads, because items
// and the order in which they are reduced do not depend on it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "image/result.hpp"
#include "run/ordered_map.hpp"
#include "run/pipeline.hpp"
#include "run/scratch.hpp"

namespace webunmix {

struct DriverProgress {
  std::string label;
  std::size_t done = 0;  ///< items of the pass
  std::size_t items = 0;
};

struct DriverOptions {
  bool compare = false;                       ///< FitOptions::compare
  const std::atomic<bool>* cancel = nullptr;  ///< checked between boxes and between slices of solving
  std::function<void(const DriverProgress&)> progress;
  std::uint64_t store_memory_bytes = std::uint64_t{256} << 20U;  ///< larger stores go to a file
  /// Room for a store of the given size that memory should not hold. Null: a temporary file (in wasm: memory all the same).
  std::function<Result<std::unique_ptr<Scratch>>(std::uint64_t bytes)> large_scratch;
};

class NativeDriver {
 public:
  /// All pipelines are planned over the same recipe and inputs, each with sources of its own. At least one worker; with one,
  /// it may be the lead itself, and everything happens on the calling thread.
  NativeDriver(Pipeline& lead, std::vector<Pipeline*> workers, DriverOptions options);

  /// Fits every step, in order; afterwards all workers hold what was learnt.
  [[nodiscard]] Result<void> fit();

  /// Begins an output pass, after fit(): makes the stores it needs. Tallies that this leaves go to the lead.
  [[nodiscard]] Result<void> prepare_output();

  /// Calls make(worker, box) on the workers' threads and take(box, made) in order on this one, for boxes 0..count-1.
  template <class Made>
  [[nodiscard]] Result<void> output(std::size_t count, const std::function<Result<Made>(std::size_t, std::size_t)>& make,
                                    const std::function<Result<void>(std::size_t, Made)>& take) {
    report("Correcting", 0, count);
    return ordered_map<Made>(count, workers_.size(), make, [&](std::size_t box, Made made) -> Result<void> {
      WEBUNMIX_TRY(go_on());
      WEBUNMIX_TRY(take(box, std::move(made)));
      report("Correcting", box + 1, count);
      return {};
    });
  }

 private:
  [[nodiscard]] Result<void> fit_step(std::size_t step);
  [[nodiscard]] Result<void> solve(std::size_t step);
  [[nodiscard]] Result<void> share_state(std::size_t step);
  [[nodiscard]] Result<void> make_store(std::size_t step);
  [[nodiscard]] Result<void> go_on() const;
  void report(const std::string& label, std::size_t done, std::size_t items) const;

  Pipeline& lead_;
  std::vector<Pipeline*> workers_;
  DriverOptions options_;
  std::optional<std::size_t> stored_step_;  ///< the one store there is at a time
};

}  // namespace webunmix
