#include "config/section.h"

namespace dialwatch::config {

std::string AnySection::Heading() const {
  return repeated ? fmt::format("[[{}]]", name) : fmt::format("[{}]", name);
}

std::vector<const Node*> TablesOf(const AnySection& section, const Node& node, Errors& errors) {
  std::vector<const Node*> candidates{&node};
  if (const auto* array = std::get_if<Array>(&node.value); array != nullptr && section.repeated) {
    if (section.needs_one && array->empty()) errors.Add(node.at, fmt::format("there must be a {}", section.Heading()));
    candidates.clear();
    for (const Node& element : *array) candidates.push_back(&element);
  } else if (section.repeated) {
    errors.Add(node.at, fmt::format("{} must be written as {}", section.name, section.Heading()));
    return {};
  }
  std::vector<const Node*> tables;
  for (const Node* candidate : candidates) {
    if (std::holds_alternative<Table>(candidate->value)) {
      tables.push_back(candidate);
    } else {
      errors.Add(candidate->at, fmt::format("{} must be written as {}", section.name, section.Heading()));
    }
  }
  return tables;
}

}  // namespace dialwatch::config
