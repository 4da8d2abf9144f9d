#include "gui/platform/gl.h"

#include <string>

namespace brokerlab::gl {

#define BROKERLAB_GL_DEFINE(type, name) type name = nullptr;
BROKERLAB_GL_FUNCTIONS(BROKERLAB_GL_DEFINE)
#undef BROKERLAB_GL_DEFINE

namespace {

/// Functions are found as pointers to void(); their own type is known only by their name.
template <class Function>
bool find_one(Finder find, const char* name, Function& function) {
    function = reinterpret_cast<Function>(find(name));
    return function != nullptr;
}

}  // namespace

std::optional<Failure> load(Finder find) {
#define BROKERLAB_GL_FIND(type, name)                                                      \
    if (!find_one(find, "gl" #name, name)) {                                               \
        return Failure{std::string("The graphics driver has no gl" #name ": ") + kAdvice}; \
    }
    BROKERLAB_GL_FUNCTIONS(BROKERLAB_GL_FIND)
#undef BROKERLAB_GL_FIND
    return std::nullopt;
}

}  // namespace brokerlab::gl
