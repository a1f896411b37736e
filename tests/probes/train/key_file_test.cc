#include "probes/train/key_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/probes/rtp/octets.h"
#include "tests/temporary_folder.h"

namespace dialwatch::probes::test {
namespace {

constexpr auto kGood = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";  // 0 to 31

std::string ErrorOf(const std::string& text) {
  const auto keys = ParseTrainKeys(text);
  return keys ? "" : keys.error().what;
}

}  // namespace

TEST_SUITE("probes/train/key_file") {
  TEST_CASE("one or two keys are read, in their order") {
    const auto keys = ParseTrainKeys(std::string("# new\n 7 \t ") + kGood + " \r\n\n3 " + kGood);
    REQUIRE(keys);
    REQUIRE(keys->size() == 2);
    CHECK((*keys)[0].id() == 7);
    CHECK((*keys)[1].id() == 3);
    CHECK(FindTrainKey(*keys, 3) == &(*keys)[1]);
    CHECK(FindTrainKey(*keys, 4) == nullptr);
  }

  TEST_CASE("a key signs as RFC 4231 says, truncated") {
    const TrainKey key(0, Octets(20, 0x0b));
    const std::string text = "Hi There";
    const TrainMac mac = key.Sign(Octets(text.begin(), text.end()));
    CHECK(Octets(mac.begin(), mac.end()) == FromHex("b0344c61d8db38535ca8afceaf0bf12b"));
    CHECK(key.Verify(Octets(text.begin(), text.end()), mac));
    CHECK_FALSE(key.Verify(Octets(text.begin(), text.end()), std::span(mac).first(8)));
  }

  TEST_CASE("all Base64 paddings are understood") {
    CHECK(ParseTrainKeys("1 AAECAwQFBgcICQoLDA0ODw=="));  // 16 octets
    CHECK(ParseTrainKeys("1 AAECAwQFBgcICQoLDA0ODxA="));  // 17
    CHECK(ParseTrainKeys("1 AAECAwQFBgcICQoLDA0ODxAR"));  // 18
    CHECK(ErrorOf("1 AAECAwQFBgcICQoLDA0O") ==
          "line 1: the key has 15 octets; 16 to 64 are wanted, make 32 with `openssl rand -base64 32`");
  }

  TEST_CASE("an error names the line and not the secret") {
    CHECK(ErrorOf("") == "there is no key in it; write a line \"1 \" and `openssl rand -base64 32`");
    CHECK(ErrorOf(std::string("\n") + kGood) == "line 2: begin it with the key's ID, a number from 0 to 255");
    CHECK(ErrorOf(std::string("256 ") + kGood) == "line 1: begin it with the key's ID, a number from 0 to 255");
    CHECK(ErrorOf("1") == "line 1: the key is not Base64; make one with `openssl rand -base64 32`");
    CHECK(ErrorOf("1 secret!") == "line 1: the key is not Base64; make one with `openssl rand -base64 32`");
    CHECK(ErrorOf("1 ====") == "line 1: the key is not Base64; make one with `openssl rand -base64 32`");
    CHECK(ErrorOf(std::string("1 ") + kGood + "\n1 " + kGood) ==
          "line 2: the ID 1 is there twice; each key has its own");
    CHECK(ErrorOf(std::string("1 ") + kGood + "\n2 " + kGood + "\n3 " + kGood) ==
          "line 3: there are two keys already, the most");
  }

  TEST_CASE("a file that everybody may read is refused") {
    const dialwatch::testing::TemporaryFolder folder;
    const std::string path = folder.path() / "keys";
    std::ofstream(path) << "1 " << kGood << "\n";
    REQUIRE(chmod(path.c_str(), 0644) == 0);
    const auto refused = ReadTrainKeyFile(path);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().what == path + ": everybody may open it, but its keys are secret; chmod o= it");
    REQUIRE(chmod(path.c_str(), 0440) == 0);
    CHECK(ReadTrainKeyFile(path));
    CHECK_FALSE(ReadTrainKeyFile(folder.path() / "none"));
  }
}

}  // namespace dialwatch::probes::test
