# What every target of the project is compiled with.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1") # of the sanitizers: -O2 takes them twice as long
set(BROKERLAB_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them")

find_program(CCACHE ccache)
if(CCACHE)
  # ccache can serve translation units that use a precompiled header only when it may overlook
  # the header's build time.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

# One interface target instead of global flags, so that what is found by find_package stays free.
add_library(bl_options INTERFACE)
target_include_directories(bl_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(bl_options INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
  -fno-fast-math -ffp-contract=off)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 warns of overlapping copies inside std::string's operator+ (GCC bug 105651).
  target_compile_options(bl_options INTERFACE -Wno-restrict)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Clang ties a precompiled header to the file times it saw; ccache restores files anew.
  target_compile_options(bl_options INTERFACE -Xclang -fno-pch-timestamp)
endif()
if(BROKERLAB_SANITIZE)
  target_compile_options(bl_options INTERFACE
    -fsanitize=${BROKERLAB_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(bl_options INTERFACE -fsanitize=${BROKERLAB_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # What the sanitizers insert makes g++ take set values for unset ones, as its manual says.
    target_compile_options(bl_options INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()

# Makes the library of one layer from the folder that calls it: every .cc and .h in it, linked to
# the layers below that it names. A layer without a .cc file is an interface library. Layers above
# the log share one precompiled header (sim/CMakeLists.txt).
function(brokerlab_layer name)
  cmake_parse_arguments(arg "" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc messages/*.cc)
  list(TRANSFORM arg_USES PREPEND bl_)
  if(sources)
    add_library(bl_${name} STATIC ${sources})
    target_link_libraries(bl_${name} PUBLIC bl_options ${arg_USES} ${arg_LIBRARIES})
    if(TARGET sim_pch)
      target_precompile_headers(bl_${name} REUSE_FROM sim_pch)
    endif()
  else()
    add_library(bl_${name} INTERFACE)
    target_link_libraries(bl_${name} INTERFACE bl_options ${arg_USES} ${arg_LIBRARIES})
  endif()
endfunction()
