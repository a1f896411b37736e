#pragma once

#include <string>

#include "base/result.h"

namespace dialwatch::alerting {

// Where a relative url_file may lie, in order: systemd's $CREDENTIALS_DIRECTORY, else beside the config file.
struct SecretFolders {
  std::string credentials;  // empty: none
  std::string config;
};

// The URL on the first line of `url_file`. Errors name the file, never its content: missing, unreadable, no plain file,
// empty, no http or https URL.
base::Result<std::string> ReadSecretUrl(const std::string& url_file, const SecretFolders& folders);

}  // namespace dialwatch::alerting
