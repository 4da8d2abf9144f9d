// Any bytes as a scenario file: nothing crashes, a mistake has a place and a sentence, and what is
// good is written as a file that reads back as the same scenario.
#include <cstdint>
#include <string>

#include "sim/base/check.h"
#include "sim/script/scenario.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
    using namespace brokerlab;
    const std::string yaml(data, data + size);
    const std::variant<Scenario, FileError> read = read_scenario(yaml);
    if (const auto* error = std::get_if<FileError>(&read)) {
        BL_CHECK(error->line >= 1);
        BL_CHECK(error->column >= 1);
        BL_CHECK(!error->what.empty());
        return 0;
    }
    const auto& scenario = std::get<Scenario>(read);
    const std::string written = write_scenario(scenario);
    const std::variant<Scenario, FileError> again = read_scenario(written);
    BL_CHECK(std::holds_alternative<Scenario>(again));
    BL_CHECK(std::get<Scenario>(again) == scenario);
    BL_CHECK(write_scenario(std::get<Scenario>(again)) == written);
    return 0;
}
