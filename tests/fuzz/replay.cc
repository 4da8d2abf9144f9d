// Runs a fuzz target over the saved inputs of a folder: what a fuzzer once found interesting stays
// a test. Fails when the folder is missing or empty; a crash of the target is the other failure.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
    namespace fs = std::filesystem;
    if (argc != 2 || !fs::is_directory(argv[1])) {
        std::fprintf(stderr, "usage: %s FOLDER of saved inputs\n", argv[0]);
        return 2;
    }
    std::size_t count = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(argv[1])) {
        std::ifstream in(entry.path(), std::ios::binary);
        const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
        LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
        ++count;
    }
    std::printf("%zu saved inputs replayed\n", count);
    return count == 0 ? 1 : 0;
}
