#include "diagnosis/dns/references.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

DnsSample About(DnsSample sample, TimePoint at = kMonday) {
  sample.purpose = probes::Purpose::kReference;
  sample.at = at;
  return sample;
}

}  // namespace

TEST_SUITE("diagnosis/dns/references") {
  TEST_CASE("two replies running are a sign of life, errors among them; one is not, nor are two with silence between") {
    References references;
    references.Add(About(Gives(kGoogle, "ref", {"8.8.8.8"})));
    CHECK_FALSE(references.Replies("google"));
    CHECK(references.AnyReplies());
    references.Add(About(Silence(kGoogle, "ref")));
    CHECK_FALSE(references.AnyReplies());
    CHECK_FALSE(references.IsSilent("google"));
    references.Add(About(Silence(kGoogle, "ref")));
    CHECK(references.IsSilent("google"));
    references.Add(About(Reply(kGoogle, "ref", probes::kRcodeServFail)));
    CHECK_FALSE(references.Replies("google"));
    references.Add(About(Gives(kGoogle, "ref", {"8.8.8.8"})));
    CHECK(references.Replies("google"));
    CHECK_FALSE(references.Replies("quad9"));
  }

  TEST_CASE("what is old or of no resolver any more is forgotten") {
    References references;
    references.Add(About(Gives(kGoogle, "ref", {"8.8.8.8"})));
    references.Retain(SettingsOf(), kMonday);
    CHECK(references.AnyReplies());
    references.Retain(SettingsOf(), kMonday + 1s);
    CHECK_FALSE(references.AnyReplies());
    references.Add(About(Gives(kGoogle, "ref", {"8.8.8.8"})));
    references.Retain(Settings{}, kMonday);
    CHECK_FALSE(references.AnyReplies());
  }
}

}  // namespace dialwatch::diagnosis
