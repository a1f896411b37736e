#include "tests/lab/test_ca.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "tests/lab/process.h"

namespace dialwatch::lab {
namespace {

constexpr std::chrono::seconds kPatience(10);

void OpenSsl(std::vector<std::string> arguments, const std::filesystem::path& folder) {
  arguments.insert(arguments.begin(), "openssl");
  const Output output = Run(std::move(arguments), folder, kPatience);
  if (output.exit != 0) throw std::runtime_error("openssl: " + output.err);
}

}  // namespace

TestCa::TestCa(const std::filesystem::path& folder) : folder_(folder) {
  std::filesystem::create_directories(folder_);
  OpenSsl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj",
           "/CN=the CA of a test", "-keyout", folder_ / "ca.key", "-out", certificate()},
          folder_);
}

Certificate TestCa::Issue(const std::string& file, const std::vector<std::string>& names, int days) const {
  const Certificate issued{folder_ / (file + ".pem"), folder_ / (file + ".key")};
  const std::string request = folder_ / (file + ".csr");
  OpenSsl({"req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=a test",
           "-addext", fmt::format("subjectAltName={}", fmt::join(names, ",")), "-keyout", issued.key, "-out", request},
          folder_);
  OpenSsl({"x509", "-req", "-in", request, "-CA", certificate(), "-CAkey", folder_ / "ca.key", "-copy_extensions",
           "copyall", "-days", std::to_string(days), "-out", issued.certificate},
          folder_);
  return issued;
}

}  // namespace dialwatch::lab
