#include "diagnosis/dns/identities.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

using Names = std::vector<std::string>;

DnsSample From(const probes::Via& via, const std::string& nsid) {
  auto sample = Gives(via, "d1", {"198.51.100.11"});
  sample.nsid = nsid;
  return sample;
}

DnsSample CallsItself(const probes::Via& via, const std::string& name) {
  DnsSample sample = Reply(via, "d1");
  sample.host = "id.server";
  sample.type = RecordType::kTxt;
  sample.purpose = probes::Purpose::kIdentity;
  sample.answers = {{"id.server", RecordType::kTxt, 0, "\"" + name + "\""}};
  return sample;
}

}  // namespace

TEST_SUITE("diagnosis/dns/identities") {
  TEST_CASE("a resolver goes by the NSIDs of its replies and by what it calls itself, over all addresses") {
    World world;
    world.Add(From(kGoogle, "gpdns-fra"));
    world.Add(From(kGoogle, "gpdns-fra"));
    world.Add(From(ViaResolver("google", "8.8.4.4"), "gpdns-ams"));
    world.Add(CallsItself(kQuad9, "res100.fra.rrdns.pch.net"));
    CHECK(world.picture.identities().NamesOf("google") == Names{"gpdns-ams", "gpdns-fra"});
    CHECK(world.picture.identities().NamesOf("quad9") == Names{"res100.fra.rrdns.pch.net"});
    CHECK(world.picture.identities().NamesOf("cloudflare").empty());
    CHECK(world.picture.names().size() == 1);  // who answers is no name that is watched
  }

  TEST_CASE("an address says who asked, not who answers") {
    World world;
    world.Add(CallsItself(kGoogle, "172.253.1.1"));
    CHECK(world.picture.identities().NamesOf("google").empty());
  }

  TEST_CASE("the last eight NSIDs of an address are kept, and none of a resolver that is gone") {
    World world;
    for (int i = 0; i < 10; ++i) world.Add(From(kGoogle, "n" + std::to_string(i)));
    CHECK(world.picture.identities().NamesOf("google") == Names{"n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9"});
    world.picture.Retain(world.settings, world.now + 3h);
    CHECK(world.picture.identities().NamesOf("google").size() == 8);
    world.settings.resolvers.pop_back();
    world.picture.Retain(world.settings, world.now);
    CHECK(world.picture.identities().NamesOf("google").empty());
  }

  TEST_CASE("machines of one operator have names of one kind") {
    CHECK(MayBeOneOperator({"res100.fra.rrdns.pch.net"}, {"res7.ams.rrdns.pch.net"}));
    CHECK(MayBeOneOperator({"gpdns-fra"}, {"gpdns-ams"}));
    CHECK(MayBeOneOperator({"123m45"}, {"98m7"}));
    CHECK(MayBeOneOperator({"FRA"}, {"AMS"}));
    CHECK(MayBeOneOperator({"odd", "123m45"}, {"98m7"}));
    CHECK_FALSE(MayBeOneOperator({"res100.fra.rrdns.pch.net"}, {"resolver1.isp.example"}));
    CHECK_FALSE(MayBeOneOperator({"123m45"}, {"gpdns-fra"}));
    CHECK_FALSE(MayBeOneOperator({}, {"gpdns-fra"}));
  }
}

}  // namespace dialwatch::diagnosis
