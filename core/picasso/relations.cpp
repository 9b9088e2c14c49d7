#include "picasso/relations.hpp"

#include <algorithm>
#include <string>

#include "image/number_text.hpp"

namespace webunmix::picasso {
namespace {

Error bad(std::string message) { return Error{Errc::bad_setting, std::move(message)}; }

std::string list_of(std::span<const std::int64_t> channels) {
  std::string text;
  for (const std::int64_t channel : channels) text += (text.empty() ? "" : ", ") + std::to_string(channel);
  return "[" + text + "]";
}

std::string at(std::size_t row, std::size_t column) {
  return "source_sink_matrix[" + std::to_string(row) + "][" + std::to_string(column) + "]";
}

// The shape of the matrix as it was given: "(2, 2)", or its row lengths when they differ.
std::string shape_of(const std::vector<std::vector<double>>& matrix) {
  const std::size_t columns = matrix.empty() ? 0 : matrix.front().size();
  const auto as_long = [&](const std::vector<double>& row) { return row.size() == columns; };
  if (std::all_of(matrix.begin(), matrix.end(), as_long)) {
    return std::string("(") + std::to_string(matrix.size()) + ", " + std::to_string(columns) + ")";
  }
  std::vector<std::int64_t> lengths;
  lengths.reserve(matrix.size());
  for (const auto& row : matrix) lengths.push_back(static_cast<std::int64_t>(row.size()));
  return "rows of lengths " + list_of(lengths);
}

bool contains(std::span<const std::int64_t> list, std::int64_t channel) {
  return std::find(list.begin(), list.end(), channel) != list.end();
}

Result<void> check_list(const char* name, std::span<const std::int64_t> list, std::span<const std::int64_t> selected) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!contains(selected, list[i])) {
      return bad(std::string(name) + " has channel " + std::to_string(list[i]) + ", which is not among the selected channels " +
                 list_of(selected));
    }
    if (contains(list.first(i), list[i])) return bad(std::string(name) + " has channel " + std::to_string(list[i]) + " twice");
  }
  return {};
}

}  // namespace

Result<std::vector<Relation>> relations_of_matrix(const std::vector<std::vector<double>>& matrix, std::size_t channels) {
  const auto full = [&](const std::vector<double>& row) { return row.size() == channels; };
  if (matrix.size() != channels || !std::all_of(matrix.begin(), matrix.end(), full)) {
    return bad("source_sink_matrix must have shape (" + std::to_string(channels) + ", " + std::to_string(channels) +
               "), one row and one column for each selected channel; got " + shape_of(matrix));
  }
  std::vector<Relation> relations;
  for (std::size_t sink = 0; sink < channels; ++sink) {
    Relation relation{sink, {}};
    for (std::size_t source = 0; source < channels; ++source) {
      const double value = matrix[source][sink];
      if (source == sink) {
        if (value != 1) return bad(at(source, sink) + " is " + number_text(value) + "; the diagonal must be 1");
      } else if (value == -1) {
        relation.sources.push_back(source);
      } else if (value != 0) {
        return bad(at(source, sink) + " is " + number_text(value) +
                   "; off the diagonal it must be -1 (the row's channel may bleed into the column's) or 0");
      }
    }
    if (!relation.sources.empty()) relations.push_back(std::move(relation));
  }
  if (relations.empty()) {
    return bad("source_sink_matrix has no -1: no channel may bleed into another, so there is nothing to unmix");
  }
  return relations;
}

Result<std::vector<Relation>> relations_of_lists(std::span<const std::int64_t> selected, std::span<const std::int64_t> sinks,
                                                 std::span<const std::int64_t> neutral) {
  WEBUNMIX_TRY(check_list("sink_channels", sinks, selected));
  WEBUNMIX_TRY(check_list("neutral_channels", neutral, selected));
  std::vector<Relation> relations;
  for (std::size_t sink = 0; sink < selected.size(); ++sink) {
    if (!contains(sinks, selected[sink])) continue;
    const std::string name = "channel " + std::to_string(selected[sink]);
    if (contains(neutral, selected[sink])) return bad(name + " is both in sink_channels and in neutral_channels");
    Relation relation{sink, {}};
    for (std::size_t source = 0; source < selected.size(); ++source) {
      if (source != sink && !contains(neutral, selected[source])) relation.sources.push_back(source);
    }
    if (relation.sources.empty()) {
      return bad("sink " + name + " has no source: every other selected channel is in neutral_channels");
    }
    relations.push_back(std::move(relation));
  }
  if (relations.empty()) return bad("sink_channels is empty: name at least one channel that others bleed into");
  return relations;
}

std::vector<std::vector<int>> matrix_of_relations(const std::vector<Relation>& relations, std::size_t channels) {
  std::vector<std::vector<int>> matrix(channels, std::vector<int>(channels, 0));
  for (std::size_t i = 0; i < channels; ++i) matrix[i][i] = 1;
  for (const Relation& relation : relations) {
    for (const std::size_t source : relation.sources) matrix[source][relation.sink] = -1;
  }
  return matrix;
}

}  // namespace webunmix::picasso
