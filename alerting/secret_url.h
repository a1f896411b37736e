#pragma once

#include <string>

#include "base/result.h"
#include "config/secret_file.h"

namespace dialwatch::alerting {

using config::SecretFolders;

// The URL on the first line of `url_file`. Errors name the file, never its content: missing, unreadable, no regular
// file, empty, no http or https URL.
base::Result<std::string> ReadSecretUrl(const std::string& url_file, const SecretFolders& folders);

}  // namespace dialwatch::alerting
