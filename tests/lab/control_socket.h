#pragma once

#include <filesystem>
#include <string>

namespace dialwatch::lab {

// Sends one line to the control socket of nsd or unbound, as nsd-control and unbound-control do, and returns the reply
// up to the end of the connection. Throws std::runtime_error where there is none.
std::string Control(const std::filesystem::path& socket, const std::string& line);

}  // namespace dialwatch::lab
