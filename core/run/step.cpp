#include "run/step.hpp"

#include <array>
#include <string>
#include <string_view>

namespace webunmix {
namespace {

constexpr std::array<std::string_view, 5> role_names{"main", "profile", "dark", "level", "mask"};

}  // namespace

std::string_view role_name(Role role) { return role_names[static_cast<std::size_t>(role)]; }

std::optional<Role> role_from_name(std::string_view name) {
  for (std::size_t i = 0; i < role_names.size(); ++i) {
    if (role_names[i] == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

Result<void> Step::begin_fit(const std::vector<EarlierValue>& /*earlier*/, const FitOptions& /*options*/) { return {}; }

Result<std::optional<Pass>> Step::next_pass() { return std::optional<Pass>{}; }

Result<void> Step::reduce(std::size_t /*item*/, BytesView /*tally*/) {
  return Error{Errc::internal, "this step has no fitting pass to reduce"};
}

Result<Progress> Step::advance(std::uint64_t /*work*/) { return Progress{}; }

Result<std::vector<float>> Step::map(std::size_t index) const {
  return Error{Errc::internal, "this step has learnt no plane " + std::to_string(index)};
}

Result<void> Step::load(BytesView /*state*/) { return {}; }

Result<std::unique_ptr<Fold>> Step::begin(BytesView /*tag*/) {
  return Error{Errc::internal, "this step has no fitting pass to work"};
}

Result<void> Step::reduce_output(const Box& /*box*/, BytesView /*tally*/) { return {}; }

}  // namespace webunmix
