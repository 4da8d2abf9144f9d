#include "gui/platform/screenshot.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <stb_image_write.h>

#include "files/files.h"
#include "gui/platform/gl.h"

namespace brokerlab {

namespace {

constexpr std::size_t kBytesPerPixel = 4;

/// OpenGL's first row is the lowest, that of a picture the highest.
void flip_rows(std::vector<unsigned char>& pixels, std::size_t row_bytes) {
    const std::size_t rows = pixels.size() / row_bytes;
    for (std::size_t row = 0; row < rows / 2; ++row) {
        unsigned char* upper = pixels.data() + row * row_bytes;
        unsigned char* lower = pixels.data() + (rows - 1 - row) * row_bytes;
        std::swap_ranges(upper, upper + row_bytes, lower);
    }
}

/// What blending left in the alpha of a frame buffer means nothing, but viewers honour it.
void make_opaque(std::vector<unsigned char>& pixels) {
    for (std::size_t i = kBytesPerPixel - 1; i < pixels.size(); i += kBytesPerPixel) {
        pixels[i] = 255;
    }
}

void append_bytes(void* context, void* data, int size) {
    const char* bytes = static_cast<const char*>(data);
    static_cast<std::string*>(context)->append(bytes, static_cast<std::size_t>(size));
}

}  // namespace

std::optional<Failure> save_picture(const std::string& path, ScreenSize size) {
    const std::size_t row_bytes = static_cast<std::size_t>(size.width) * kBytesPerPixel;
    std::vector<unsigned char> pixels(row_bytes * static_cast<std::size_t>(size.height));
    gl::PixelStorei(GL_PACK_ALIGNMENT, 1);
    gl::ReadPixels(0, 0, size.width, size.height, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
    flip_rows(pixels, row_bytes);
    make_opaque(pixels);
    std::string png;
    if (stbi_write_png_to_func(append_bytes, &png, size.width, size.height,
                               static_cast<int>(kBytesPerPixel), pixels.data(),
                               static_cast<int>(row_bytes)) == 0) {
        return Failure{"The picture could not be packed for " + path};
    }
    return write_file(path, png);
}

}  // namespace brokerlab
