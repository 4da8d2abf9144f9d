// brokerlab: the program of the command line, a list of subcommands behind one door.
//
// Without a word it says what it is and what it can do. Exit status: see ExitCode.
#include <cstdio>
#include <exception>
#include <iostream>

#include "cli/commands.h"

namespace {

constexpr const char* kAbout =
    "brokerlab: a lab in which a Kafka 4.0 cluster (KRaft) runs as a deterministic simulation, on\n"
    "a real log in Kafka's own bytes. What it can do today is what is listed here.\n";

}  // namespace

int main(int argc, char** argv) {
    CLI::App program(kAbout, "brokerlab");
    program.set_version_flag("--version", "brokerlab " BROKERLAB_VERSION);
    program.require_subcommand(0, 1);
    int exit_code = brokerlab::kDone;
    for (const brokerlab::AddCommand add : brokerlab::kCommands) {
        add(program, exit_code);
    }
    try {
        program.parse(argc, argv);
    } catch (const CLI::Success& asked_for) {  // --help, --version
        return program.exit(asked_for);
    } catch (const CLI::ParseError& wrong) {
        std::cerr << "brokerlab: " << wrong.what() << "\n(brokerlab --help lists what it takes)\n";
        return brokerlab::kBadInput;
    } catch (const std::exception&
                 failed) {  // Out of memory, mostly: the library itself throws nothing.
        std::cerr << "brokerlab: " << failed.what() << "\n";
        return brokerlab::kBadInput;
    }
    if (program.get_subcommands().empty()) {
        std::fputs(program.help().c_str(), stdout);
    }
    return exit_code;
}
