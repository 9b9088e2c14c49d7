// Works items on several threads and takes their results in item order, on the calling thread.
//
// At most two items per thread are under way (handed out, or done and not yet taken), so that results never pile up.
// When an item fails, no further ones are handed out, and the error returned is that of the first failing item in item order:
// the same with any number of threads.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "image/result.hpp"
#include "run/caught.hpp"

namespace webunmix {

/// Calls work(worker, item) for items 0..count-1 on `workers` threads, worker 0..workers-1 each on one of them, and
/// take(item, result) in order on this thread. With one worker everything happens on this thread.
template <class Made>
Result<void> ordered_map(std::size_t count, std::size_t workers,
                         const std::function<Result<Made>(std::size_t worker, std::size_t item)>& work,
                         const std::function<Result<void>(std::size_t item, Made made)>& take) {
  if (workers <= 1) {
    for (std::size_t item = 0; item < count; ++item) {
      WEBUNMIX_ASSIGN(Made made, caught([&] { return work(0, item); }));
      WEBUNMIX_TRY(caught([&] { return take(item, std::move(made)); }));
    }
    return {};
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::size_t, Result<Made>> done;
  std::size_t next = 0;
  std::size_t taken = 0;
  bool stopped = false;

  const auto work_until_done = [&](std::size_t worker) {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [&] { return stopped || next == count || next < taken + 2 * workers; });
      if (stopped || next == count) return;
      const std::size_t item = next++;
      lock.unlock();
      Result<Made> made = caught([&] { return work(worker, item); });
      lock.lock();
      stopped = stopped || !made.ok();
      done.emplace(item, std::move(made));
      changed.notify_all();
    }
  };
  std::optional<Error> failure;
  {
    // Stops and joins whatever happens below, also when a thread cannot be started.
    struct Crew {
      std::function<void()> stop;
      std::vector<std::thread> threads;
      ~Crew() {
        stop();
        for (std::thread& thread : threads) thread.join();
      }
    };
    Crew crew{[&] {
                const std::lock_guard lock(mutex);
                stopped = true;
                changed.notify_all();
              },
              {}};
    for (std::size_t worker = 0; worker < workers; ++worker) crew.threads.emplace_back(work_until_done, worker);

    std::unique_lock lock(mutex);
    while (taken < count && !failure) {
      changed.wait(lock, [&] { return done.count(taken) != 0; });
      Result<Made> made = std::move(done.extract(taken).mapped());
      lock.unlock();
      Result<void> outcome = made.ok() ? caught([&] { return take(taken, std::move(*made)); }) : Result<void>(made.error());
      lock.lock();
      if (!outcome.ok()) failure = outcome.error();
      ++taken;
      changed.notify_all();
    }
  }
  if (failure) return *failure;
  return {};
}

}  // namespace webunmix
