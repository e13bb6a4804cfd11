# How the compiler's own code is built: one static library per folder, warnings are errors, MLIR's headers precompiled.

# -O1 for the compiler: it halves the build, and a compilation's time goes into the host compiler anyway.
set(CMAKE_CXX_FLAGS_RELEASE "-O1 -DNDEBUG")

# Half of a file's compile time is what MLIR's headers instantiate: four files share it.
option(ONNXCC_UNITY "Compile four source files at once: much faster from nothing, a few seconds slower after an edit" OFF)

# onnxcc_library(NAME [EXCEPTIONS] [RECURSE] [EXCLUDE files…] LINK libs…): every .cpp of the current folder.
function(onnxcc_library name)
  cmake_parse_arguments(arg "EXCEPTIONS;RECURSE" "" "LINK;EXCLUDE" ${ARGN})
  if(arg_RECURSE)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  else()
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  endif()
  foreach(file ${arg_EXCLUDE})
    list(REMOVE_ITEM sources "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
  endforeach()
  if(NOT sources)
    file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp" "// This library has no sources yet.\n")
    set(sources "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
  endif()
  add_library(${name} STATIC ${sources})
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${ONNXCC_UNITY} UNITY_BUILD_BATCH_SIZE 4)
  onnxcc_compile_options(${name} ${ARGN})
  target_link_libraries(${name} PUBLIC ${arg_LINK})
endfunction()

function(onnxcc_compile_options name)
  cmake_parse_arguments(arg "EXCEPTIONS" "" "" ${ARGN})
  target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_include_directories(${name} SYSTEM PUBLIC "${PROJECT_BINARY_DIR}" ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
  target_compile_options(${name} PRIVATE -Wall -Wextra -Werror)
  if(NOT arg_EXCEPTIONS)
    # LLVM is built without exceptions (with RTTI); only the importer, which meets the onnx library's, has them.
    target_compile_options(${name} PRIVATE -fno-exceptions)
    # Precompiled as -fPIC: programs are -fPIE.
    get_target_property(type ${name} TYPE)
    if(TARGET OnnxccPrecompiled AND type STREQUAL "STATIC_LIBRARY")
      target_precompile_headers(${name} REUSE_FROM OnnxccPrecompiled)
    endif()
  endif()
endfunction()

# onnxcc_tablegen(TARGET file.td generator out …): pairs of mlir-tblgen generator and output, written beside the build's copy of the folder.
function(onnxcc_tablegen target td)
  set(LLVM_TARGET_DEFINITIONS ${td})
  set(args ${ARGN})
  while(args)
    list(POP_FRONT args generator out)
    mlir_tablegen(${out} ${generator})
  endwhile()
  add_public_tablegen_target(${target})
endfunction()
