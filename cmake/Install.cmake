# What `cmake --install` puts where: the programs, the compiler as a library, the thread pool with its header, the licence, and the CMake package.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package "${CMAKE_INSTALL_LIBDIR}/cmake/onnxcc")

# LLVM's libraries may lie where the loader does not look.
set_target_properties(onnxcc onnxcc-opt onnxcc_compiler PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
install(TARGETS onnxcc onnxcc-opt)
install(TARGETS onnxcc_threads EXPORT onnxcc)
install(TARGETS onnxcc_compiler EXPORT onnxcc)
install(FILES "${PROJECT_SOURCE_DIR}/compiler/c/onnxcc/compiler.h" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/onnxcc")
install(EXPORT onnxcc NAMESPACE onnxcc:: FILE onnxccTargets.cmake DESTINATION "${package}")
set_target_properties(onnxcc_threads PROPERTIES EXPORT_NAME threads)
set_target_properties(onnxcc_compiler PROPERTIES EXPORT_NAME compiler)
# Generated headers declare what they need; only the pool's own header and what it includes are left.
install(FILES "${PROJECT_SOURCE_DIR}/runtime/model.h" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/onnxcc/runtime")
install(FILES "${PROJECT_SOURCE_DIR}/runtime/threads/onnxcc_threads.h"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/onnxcc/runtime/threads")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")

configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/onnxccConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/onnxccConfig.cmake" INSTALL_DESTINATION "${package}"
  PATH_VARS CMAKE_INSTALL_BINDIR)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/onnxccConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/onnxccConfig.cmake" "${PROJECT_BINARY_DIR}/onnxccConfigVersion.cmake"
  "${CMAKE_CURRENT_LIST_DIR}/OnnxccAddModel.cmake" DESTINATION "${package}")
