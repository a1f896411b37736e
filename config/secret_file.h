#pragma once

#include <string>

#include "base/result.h"
#include "config/settings.h"

namespace dialwatch::config {

// Where a relative path of a secret may lie, in order: systemd's $CREDENTIALS_DIRECTORY, else beside the config file.
struct SecretFolders {
  std::string credentials = {};  // empty: none
  std::string config = {};
};

// As the environment says (systemd.exec(5), LoadCredential=), and beside the file that the settings come from.
SecretFolders SecretFoldersOf(const Settings& settings);

// The file as it is opened.
std::string LocateSecret(const std::string& file, const SecretFolders& folders);

// The first line of the file at `path`, without the blanks around it. Errors say what is wrong, never what is in it:
// missing, unreadable, no regular file, empty.
base::Result<std::string> ReadSecretLine(const std::string& path);

}  // namespace dialwatch::config
