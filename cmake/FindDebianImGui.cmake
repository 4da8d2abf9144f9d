# Dear ImGui as Debian packs it (libimgui-dev): one static library with the back ends for GLFW and
# OpenGL 3 and the FreeType font builder in it, and no CMake file of its own.
#
# Gives the target imgui::imgui. What the library leaves to others comes along: stb for fonts and
# PNG files, GLFW, FreeType, and dlopen() for OpenGL itself.
include(FindPackageHandleStandardArgs)

find_path(IMGUI_HEADERS imgui.h PATH_SUFFIXES imgui)
find_library(IMGUI_ARCHIVE NAMES libimgui.a)
find_path(STB_HEADERS stb_image_write.h PATH_SUFFIXES stb)
find_library(STB_ARCHIVE NAMES libstb.a stb)
find_package(glfw3 3.3 CONFIG QUIET)
find_package(Freetype QUIET)
mark_as_advanced(IMGUI_HEADERS IMGUI_ARCHIVE STB_HEADERS STB_ARCHIVE)

find_package_handle_standard_args(DebianImGui
  REQUIRED_VARS IMGUI_ARCHIVE IMGUI_HEADERS STB_ARCHIVE STB_HEADERS glfw3_FOUND Freetype_FOUND)

if(DebianImGui_FOUND AND NOT TARGET imgui::imgui)
  add_library(imgui::imgui STATIC IMPORTED)
  # As include folders of an imported target these are system headers: no warnings from them.
  set_target_properties(imgui::imgui PROPERTIES
    IMPORTED_LOCATION ${IMGUI_ARCHIVE}
    INTERFACE_INCLUDE_DIRECTORIES "${IMGUI_HEADERS};${IMGUI_HEADERS}/backends;${STB_HEADERS}"
    INTERFACE_LINK_LIBRARIES "${STB_ARCHIVE};glfw;Freetype::Freetype;m;${CMAKE_DL_LIBS}")
endif()
