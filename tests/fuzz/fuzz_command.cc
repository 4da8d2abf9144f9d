// Any bytes as a command: nothing crashes, a mistake has a place in the line and a sentence, and
// what parses prints as one line that reads back as the same command.
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/check.h"
#include "sim/script/command_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
    using namespace brokerlab;
    const std::string line(data, data + size);
    const std::variant<Command, TextError> parsed = parse_command(line);
    if (const auto* error = std::get_if<TextError>(&parsed)) {
        BL_CHECK(error->offset <= line.size());
        BL_CHECK(!error->what.empty());
        return 0;
    }
    const auto& command = std::get<Command>(parsed);
    const std::string text = command_text(command);
    BL_CHECK(text.find('\n') == std::string::npos);
    const std::variant<Command, TextError> again = parse_command(text);
    BL_CHECK(std::holds_alternative<Command>(again));
    BL_CHECK(std::get<Command>(again) == command);
    BL_CHECK(command_text(std::get<Command>(again)) == text);
    return 0;
}
