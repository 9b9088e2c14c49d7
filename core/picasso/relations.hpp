// Which channels may bleed into which: the graph of the source-sink method.
//
// As a square matrix over the selected channels: rows = source, columns = sink, 1 on the diagonal, -1 where the row's channel may bleed
// into the column's, 0 elsewhere. Or as lists of channels: everything that is neither neutral nor the sink itself may bleed into
// each sink.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "image/result.hpp"

namespace webunmix::picasso {

/// A sink and what may bleed into it, counted among the selected channels, sources ascending.
struct Relation {
  std::size_t sink = 0;
  std::vector<std::size_t> sources;
};

/// bad_setting when the matrix is not `channels` x `channels`, holds other values than said above, or relates no channels.
[[nodiscard]] Result<std::vector<Relation>> relations_of_matrix(const std::vector<std::vector<double>>& matrix,
                                                                std::size_t channels);

/// `selected`, `sinks` and `neutral` are channel numbers of the stack. bad_setting when a channel in a list is not selected or is listed
/// twice, a sink is neutral, or a sink has no source.
[[nodiscard]] Result<std::vector<Relation>> relations_of_lists(std::span<const std::int64_t> selected,
                                                               std::span<const std::int64_t> sinks,
                                                               std::span<const std::int64_t> neutral);

[[nodiscard]] std::vector<std::vector<int>> matrix_of_relations(const std::vector<Relation>& relations, std::size_t channels);

}  // namespace webunmix::picasso
