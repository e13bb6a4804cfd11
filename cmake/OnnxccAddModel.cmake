# onnxcc_add_model(NAME model.onnx
#                  [WEIGHTS rodata|array|section:NAME|file|pointer]
#                  [DIM name=N|name=A..B …] [SHAPE input=1x3x224x224 …] [FLAGS flag…])
#
# Compiles a model when the project is built. NAME is then a library target: what links to it finds NAME.h and NAME_run.
# It is compiled again when the model, its external data, the flags or onnxcc itself change, and only then.
#
# WEIGHTS, DIM and SHAPE are onnxcc's options of these names, FLAGS all others (onnxcc --help). With WEIGHTS file or
# pointer the target's property ONNXCC_WEIGHTS_FILE says where NAME.weights lies.
function(onnxcc_add_model name model)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "WEIGHTS" "DIM;SHAPE;FLAGS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "onnxcc_add_model(${name}): unexpected '${arg_UNPARSED_ARGUMENTS}'; onnxcc's options go after FLAGS")
  endif()
  if(arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "onnxcc_add_model(${name}): no value after ${arg_KEYWORDS_MISSING_VALUES}")
  endif()
  if(NOT name MATCHES "^[A-Za-z_][A-Za-z0-9_]*$")
    message(FATAL_ERROR "onnxcc_add_model(${name}): the name must be an identifier of C, as functions are called after it")
  endif()
  get_filename_component(model "${model}" ABSOLUTE)
  get_source_file_property(generated "${model}" GENERATED) # by a command of the same folder
  if(NOT EXISTS "${model}" AND NOT generated)
    message(FATAL_ERROR "onnxcc_add_model(${name}): no model '${model}'")
  endif()

  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${name}.model")
  file(MAKE_DIRECTORY "${folder}")
  set(library "${folder}/lib${name}.a")
  set(outputs "${library}" "${folder}/${name}.h")
  set(flags "")
  if(arg_WEIGHTS)
    list(APPEND flags "--weights=${arg_WEIGHTS}")
    if(arg_WEIGHTS MATCHES "^(file|pointer)$")
      set(weights "${folder}/${name}.weights")
      list(APPEND outputs "${weights}")
    endif()
  endif()
  foreach(dim IN LISTS arg_DIM)
    list(APPEND flags --dim "${dim}")
  endforeach()
  foreach(shape IN LISTS arg_SHAPE)
    list(APPEND flags --shape "${shape}")
  endforeach()

  # The compiler by its file, so that another version compiles again.
  add_custom_command(OUTPUT ${outputs}
    COMMAND onnxcc::onnxcc "${model}" ${flags} ${arg_FLAGS} -MF "${library}.d" -o "${library}"
    DEPENDS "${model}" "$<TARGET_FILE:onnxcc::onnxcc>"
    DEPFILE "${library}.d"
    COMMENT "Compiling ${name} from ${model}"
    VERBATIM)
  add_custom_target(${name}_model DEPENDS ${outputs})

  add_library(${name} STATIC IMPORTED GLOBAL)
  add_dependencies(${name} ${name}_model)
  set_target_properties(${name} PROPERTIES
    IMPORTED_LOCATION "${library}"
    INTERFACE_INCLUDE_DIRECTORIES "${folder}"
    INTERFACE_LINK_LIBRARIES m)
  if(DEFINED weights)
    set_target_properties(${name} PROPERTIES ONNXCC_WEIGHTS_FILE "${weights}")
  endif()
endfunction()
