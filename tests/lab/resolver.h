#pragma once

#include <string>

namespace dialwatch::lab {

// What every resolver of the lab can be told, whoever made it. Throws std::runtime_error where it cannot do as told.
class Resolver {
 public:
  virtual ~Resolver() = default;

  virtual const std::string& name() const = 0;
  virtual const std::string& address() const = 0;  // one of its own

  virtual void Flush(const std::string& host) const = 0;
  // Its questions about `zone` go to the server at `address` instead of where the root leads.
  virtual void LeadTo(const std::string& address, const std::string& zone) const = 0;
  virtual void LeadBack(const std::string& zone) const = 0;
};

}  // namespace dialwatch::lab
