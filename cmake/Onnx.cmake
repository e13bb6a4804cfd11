# The onnx library: checker, shape inference, function bodies, inliner, text parser.
# Its source distribution is brought by tools/setup (pip, pinned), never downloaded by the build.
include(FetchContent)
set(ONNXCC_ONNX_SOURCE "${PROJECT_SOURCE_DIR}/.deps/onnx-1.23.2.tar.gz" CACHE FILEPATH "onnx's source distribution, as tools/setup fetches it")
if(NOT EXISTS "${ONNXCC_ONNX_SOURCE}")
  message(FATAL_ERROR "${ONNXCC_ONNX_SOURCE} is missing: run tools/setup")
endif()
set(ONNX_INSTALL OFF CACHE BOOL "" FORCE)
set(ONNX_USE_PROTOBUF_SHARED_LIBS ON CACHE BOOL "" FORCE)
set(ONNX_USE_UNITY_BUILD ON CACHE BOOL "" FORCE)
FetchContent_Declare(onnx
  URL "file://${ONNXCC_ONNX_SOURCE}"
  URL_HASH SHA256=008cb0467b2bbee41448acc7da8b6f4e704624cb0d327a2d5adafc7ce19bc5b8
  DOWNLOAD_EXTRACT_TIMESTAMP OFF
  # It asks for CMake 3.26 and needs 3.25, which is Debian 12's.
  PATCH_COMMAND sed -i "s/VERSION 3.26/VERSION 3.25/" CMakeLists.txt)
FetchContent_GetProperties(onnx)
if(NOT onnx_POPULATED)
  FetchContent_Populate(onnx)
  add_subdirectory(${onnx_SOURCE_DIR} ${onnx_BINARY_DIR} EXCLUDE_FROM_ALL SYSTEM)
endif()
