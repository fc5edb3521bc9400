// Cards of several versions, written out as they stand in a code, and texts that are none.
#include "evidence/aamva.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace limen::evidence {
namespace {

using namespace std::chrono_literals;

std::string printed(std::string_view version, std::string_view body, std::string_view name = "DL") {
  const std::string own = version < "02" ? "" : "01";
  const std::size_t offset = (version < "02" ? 19U : 21U) + 10;
  std::string text = "@\n\x1e\rANSI 636014" + std::string(version) + own + "01" +
                     std::string(name) + "00" + std::to_string(offset) + "0300";
  return text + std::string(name) + std::string(body) + "\r";
}

const std::string full =
    "DCAC\nDCBNONE\nDCDNONE\nDBA07092031\nDCSSAMPLE\nDACANNA\nDADMARIA LEE\nDBD07102026\nDBB"
    "02291988\nDBC2\nDAYBRO\nDAU064 IN\nDAG12 SPECIMEN STREET\nDAISAMPLETON\nDAJCA\nDAK900010000"
    "  \nDAQD1234562\nDCF0123\nDCGUSA\nDDET\nDDFN\nDDGT\n";

TEST(aamva, reads_a_card) {
  const auto licence = read_aamva(printed("10", full));
  ASSERT_TRUE(licence);
  EXPECT_EQ(licence->version, 10);
  EXPECT_EQ(licence->issuer, "636014");
  EXPECT_TRUE(licence->is_licence);
  EXPECT_EQ(licence->number, "D1234562");
  EXPECT_EQ(licence->family_name, "SAMPLE");
  EXPECT_EQ(licence->first_name, "ANNA");
  EXPECT_EQ(licence->middle_names, "MARIA LEE");
  EXPECT_EQ(licence->birth, 1988y / 2 / 29);
  EXPECT_EQ(licence->expiry, 2031y / 7 / 9);
  EXPECT_EQ(licence->issued, 2026y / 7 / 10);
  EXPECT_EQ(licence->sex, 'F');
  EXPECT_EQ(licence->street, "12 SPECIMEN STREET");
  EXPECT_EQ(licence->city, "SAMPLETON");
  EXPECT_EQ(licence->state, "CA");
  EXPECT_EQ(licence->postcode, "900010000");
  EXPECT_EQ(licence->country, "USA");
  EXPECT_TRUE(licence->family_is_cut);
  EXPECT_FALSE(licence->first_is_cut);
  EXPECT_TRUE(licence->middle_is_cut);
  EXPECT_FALSE(read_aamva(printed("10", full, "ID"))->is_licence);
}

TEST(aamva, reads_names_of_every_version) {
  struct Case {
    const char *name, *version, *body, *family, *first, *middle;
  };
  const Case cases[] = {
      {"version 1, one element", "01", "DAASAMPLE,ANNA,MARIA\nDAQ1", "SAMPLE", "ANNA", "MARIA"},
      {"version 1, three", "01", "DABSAMPLE\nDACANNA\nDADM\nDAQ1", "SAMPLE", "ANNA", "M"},
      {"version 2, comma", "02", "DCSSAMPLE\nDCTANNA,MARIA\nDAQ1", "SAMPLE", "ANNA", "MARIA"},
      {"version 3, blank", "03", "DCSSAMPLE\nDCTANNA MARIA LEE\nDAQ1", "SAMPLE", "ANNA",
       "MARIA LEE"},
      {"no given name", "08", "DCSSAMPLE\nDACNONE\nDADunavl\nDAQ1", "SAMPLE", "", ""},
      {"Latin-1", "08", "DCSM\xDCLLER\nDACA\nDAQ1", "M\xC3\x9CLLER", "A", ""},
      {"UTF-8", "08", "DCSM\xC3\x9CLLER\nDACA\nDAQ1", "M\xC3\x9CLLER", "A", ""},
      {"the first of two counts", "08", "DCSSAMPLE\nDCSOTHER\nDACA\nDAQ1", "SAMPLE", "A", ""},
      {"controls", "08", "DCSSAM\x01PLE\x7F\nDACA\nDAQ1", "SAM PLE", "A", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto licence = read_aamva(printed(c.version, c.body));
    ASSERT_TRUE(licence);
    EXPECT_EQ(licence->family_name, c.family);
    EXPECT_EQ(licence->first_name, c.first);
    EXPECT_EQ(licence->middle_names, c.middle);
  }
}

TEST(aamva, a_date_tells_its_own_order) {
  struct Case {
    const char *name, *text;
    std::optional<Date> date;
  };
  const Case cases[] = {
      {"United States", "12101930", 1930y / 12 / 10},
      {"Canada", "19301210", 1930y / 12 / 10},
      {"no such day", "02301990", {}},
      {"no such month", "13011990", {}},
      {"no such century", "01013990", {}},
      {"too short", "0101199", {}},
      {"letters", "0101199O", {}},
      {"a leap day", "20000229", 2000y / 2 / 29},
      {"nothing", "", {}},
      {"blanks around", " 01021990 ", 1990y / 1 / 2},
  };
  for (const Case& c : cases) {
    const auto licence = read_aamva(printed("09", std::string("DAQ1\nDBB") + c.text));
    ASSERT_TRUE(licence) << c.name;
    EXPECT_EQ(licence->birth, c.date) << c.name;
  }
}

TEST(aamva, finds_a_subfile_whose_offset_is_wrong) {
  std::string text = printed("05", "DAQX1\nDCSSAMPLE");
  text.replace(23, 4, "9999");
  EXPECT_EQ(read_aamva(text)->number, "X1");
  text.replace(23, 4, "0003");
  EXPECT_EQ(read_aamva(text)->number, "X1");
  // A subfile of the state's own may stand first.
  const std::string two = "@\n\x1e\rANSI 636014080102ZC00410005DL00480020ZCZCA\r\nDLDAQX2\nDCSA\r";
  EXPECT_EQ(read_aamva(two)->number, "X2");
}

TEST(aamva, refuses_what_is_none) {
  const std::string good = printed("08", "DAQ1\nDCSSAMPLE");
  const std::pair<const char*, std::string> cases[] = {
      {"nothing", ""},
      {"an at sign", "@"},
      {"a web address", "https://example.com/DLDAQ1"},
      {"cut in the header", good.substr(0, 20)},
      {"cut before the subfile", good.substr(0, 31)},
      {"another type", "@\n\x1e\rANSX 636014080101DL00310010DLDAQ1\r"},
      {"issuer of letters", "@\n\x1e\rANSI ABCDEF080101DL00310010DLDAQ1\r"},
      {"version of letters", "@\n\x1e\rANSI 636014xx0101DL00310010DLDAQ1\r"},
      {"neither number nor name", printed("08", "DACANNA\nDBB01011990")},
  };
  for (const auto& [name, text] : cases) EXPECT_FALSE(read_aamva(text)) << name;
  // Cut anywhere else it is read or refused, never more.
  for (std::size_t size = 0; size < good.size(); ++size) read_aamva(good.substr(0, size));
}

TEST(aamva, bounds_what_it_keeps) {
  const auto licence =
      read_aamva(printed("08", "DAQ" + std::string(900, 'A') + "\nDCS" + std::string(900, '\xDC')));
  ASSERT_TRUE(licence);
  EXPECT_EQ(licence->number.size(), aamva_value_max);
  EXPECT_LE(licence->family_name.size(), aamva_value_max);
  EXPECT_TRUE(is_utf8(licence->family_name));
}

}  // namespace
}  // namespace limen::evidence
