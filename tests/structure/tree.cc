#include "tests/structure/tree.h"

#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace dialwatch::structure {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxSize = 1 << 20;

bool IsForeign(const fs::path& folder) {
  const std::string name = folder.filename();
  const bool built = name == "build" || fs::exists(folder / "CMakeCache.txt");
  return built || name == ".git" || name == ".cache" || name == "node_modules";
}

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path.string() + " cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Tree ReadTree(const fs::path& root) {
  Tree tree;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator(); ++entry) {
    if (entry->is_directory() && IsForeign(entry->path())) entry.disable_recursion_pending();
    if (entry->path().filename() == ".git") continue;  // a file in a worktree
    if (!entry->is_regular_file() || entry->file_size() > kMaxSize) continue;
    std::string text = Read(entry->path());
    const bool binary = text.find('\0') != std::string::npos;
    if (!binary) tree.emplace(entry->path().lexically_relative(root).generic_string(), std::move(text));
  }
  return tree;
}

}  // namespace dialwatch::structure
