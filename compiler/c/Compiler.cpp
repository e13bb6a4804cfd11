// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The library's face in C: see onnxcc/compiler.h.
#include "compiler/c/onnxcc/compiler.h"

#include "compiler/Options.h"
#include "compiler/Products.h"

#include "llvm/Support/Path.h"
#include <deque>
#include <memory>

using namespace llvm;
using onnxcc::Compilation;
using onnxcc::Diagnostic;
using Subject = onnxcc::Diagnostic::Subject;

struct onnxcc_diagnostic {
  explicit onnxcc_diagnostic(const Diagnostic &data) : data(data) {
    raw_string_ostream stream(text);
    data.print(stream);
    for (const Diagnostic &note : data.notes)
      notes.emplace_back(note);
  }

  Diagnostic data;
  std::string text;
  std::deque<onnxcc_diagnostic> notes;
};

struct onnxcc_compiler {
  struct File {
    std::string name, bytes;
  };

  /// The options, with `path` to name the model where none does; nothing after having reported why.
  std::optional<onnxcc::CompileOptions> getOptions(StringRef path);
  void report(const Diagnostic &diagnostic) { diagnostics.emplace_back(diagnostic); }
  int fail(Subject subject, const Twine &message);
  /// What a failed step of `compilation` was about.
  static int getCode(Compilation &compilation);

  std::vector<std::string> words;
  std::optional<onnxcc::ModelSource> source;
  std::vector<File> files;
  std::deque<onnxcc_diagnostic> diagnostics; // their addresses are given out
};

static int getCode(Subject subject) {
  switch (subject) {
  case Subject::Model:
    return ONNXCC_COMPILE_EMODEL;
  case Subject::Options:
    return ONNXCC_COMPILE_EOPTION;
  case Subject::Files:
    return ONNXCC_COMPILE_EFILE;
  case Subject::HostCompiler:
    return ONNXCC_COMPILE_EHOST;
  }
  llvm_unreachable("all subjects are listed");
}

int onnxcc_compiler::getCode(Compilation &compilation) {
  return ::getCode(compilation.getDiagnostics().getFailure().value_or(Subject::Model));
}

int onnxcc_compiler::fail(Subject subject, const Twine &message) {
  Diagnostic diagnostic;
  diagnostic.subject = subject;
  diagnostic.message = message.str();
  report(diagnostic);
  return ::getCode(subject);
}

std::optional<onnxcc::CompileOptions> onnxcc_compiler::getOptions(StringRef path) {
  files.clear();
  diagnostics.clear();
  onnxcc::CompileOptions options;
  auto complain = [&](const Twine &message) { fail(Subject::Options, message); };
  if (!onnxcc::parseCompileOptions(words, options, complain))
    return std::nullopt;
  if (options.name.empty())
    options.name = onnxcc::getModelName(path);
  return options;
}

//===- Options and model -----------------------------------------------------===//

int onnxcc_compiler_get_api_version(void) { return ONNXCC_COMPILER_API_VERSION; }

const char *onnxcc_compiler_get_version(void) { return onnxcc::getVersion().data(); }

onnxcc_compiler *onnxcc_compiler_create(void) { return new onnxcc_compiler(); }

void onnxcc_compiler_destroy(onnxcc_compiler *compiler) { delete compiler; }

int onnxcc_compiler_add_option(onnxcc_compiler *compiler, const char *word) {
  if (!compiler || !word)
    return ONNXCC_COMPILE_EUSE;
  compiler->words.push_back(word);
  return ONNXCC_COMPILE_OK;
}

int onnxcc_compiler_set_model_file(onnxcc_compiler *compiler, const char *path) {
  if (!compiler || !path)
    return ONNXCC_COMPILE_EUSE;
  compiler->source.emplace(std::string(path));
  return ONNXCC_COMPILE_OK;
}

int onnxcc_compiler_set_model_bytes(onnxcc_compiler *compiler, const void *bytes, size_t size,
                                    const char *name, const char *folder) {
  if (!compiler || (!bytes && size) || !name)
    return ONNXCC_COMPILE_EUSE;
  std::optional<std::string> place;
  if (folder)
    place = folder;
  compiler->source.emplace(StringRef(static_cast<const char *>(bytes), size), std::string(name),
                           std::move(place));
  return ONNXCC_COMPILE_OK;
}

//===- Compiling -------------------------------------------------------------===//

/// Runs `work` on a compilation of the compiler's model. `product` suggests the model's name.
template <class Work> static int compile(onnxcc_compiler &compiler, StringRef product, Work work) {
  std::optional<onnxcc::CompileOptions> options = compiler.getOptions(product);
  if (!options)
    return ONNXCC_COMPILE_EOPTION;
  if (options->toolchain.debug)
    options->toolchain.debugFolder = onnxcc::getDebugFolder(product);
  Compilation compilation(*compiler.source, *options,
                          [&](const Diagnostic &diagnostic) { compiler.report(diagnostic); });
  // -Werror: a warning may have come from a step that went well.
  if (failed(work(compilation)) || compilation.getDiagnostics().errorCount())
    return onnxcc_compiler::getCode(compilation);
  return ONNXCC_COMPILE_OK;
}

/// The same with outputs, which appear if all goes well.
template <class Work> static int write(onnxcc_compiler &compiler, StringRef product, Work work) {
  onnxcc::OutputFiles outputs;
  return compile(compiler, product, [&](Compilation &compilation) {
    onnxcc::Diagnostics &diagnostics = compilation.getDiagnostics();
    if (!compiler.source->bytes &&
        failed(diagnostics.check(Subject::Files, outputs.protect(compiler.source->path))))
      return failure();
    if (failed(work(compilation, outputs)) || diagnostics.errorCount())
      return failure();
    return diagnostics.check(Subject::Files, outputs.commit());
  });
}

int onnxcc_compiler_write_library(onnxcc_compiler *compiler, const char *path) {
  if (!compiler || !path || !compiler->source)
    return ONNXCC_COMPILE_EUSE;
  StringRef extension = sys::path::extension(path);
  Compilation::Library kind;
  if (extension == ".a")
    kind = Compilation::Library::Archive;
  else if (extension == ".o")
    kind = Compilation::Library::Object;
  else if (extension == ".so")
    kind = Compilation::Library::Shared;
  else
    return ONNXCC_COMPILE_EUSE;
  return write(*compiler, path, [&](Compilation &compilation, onnxcc::OutputFiles &outputs) {
    onnxcc::TemporaryFolder folder;
    if (failed(compilation.getDiagnostics().check(Subject::Files, folder.create())))
      return failure();
    return writeLibrary(compilation, kind, path, folder.path(), outputs);
  });
}

int onnxcc_compiler_write_sources(onnxcc_compiler *compiler, const char *folder) {
  if (!compiler || !folder || !compiler->source)
    return ONNXCC_COMPILE_EUSE;
  return write(*compiler, StringRef(folder).rtrim('/'),
               [&](Compilation &compilation, onnxcc::OutputFiles &outputs) {
                 return writeSources(compilation, folder, outputs);
               });
}

int onnxcc_compiler_emit(onnxcc_compiler *compiler) {
  if (!compiler || !compiler->source)
    return ONNXCC_COMPILE_EUSE;
  return compile(*compiler, compiler->source->path, [&](Compilation &compilation) {
    if (failed(compilation.import()) || failed(compilation.run(onnxcc::Phase::Memory)))
      return failure();
    FailureOr<std::vector<onnxcc::EmittedFile>> emitted = compilation.emit();
    if (failed(emitted))
      return failure();
    for (const onnxcc::EmittedFile &file : *emitted) {
      onnxcc_compiler::File &into = compiler->files.emplace_back();
      into.name = file.name;
      raw_string_ostream stream(into.bytes);
      file.write(stream);
    }
    return success();
  });
}

//===- Results ---------------------------------------------------------------===//

size_t onnxcc_compiler_get_file_count(const onnxcc_compiler *compiler) {
  return compiler->files.size();
}

const char *onnxcc_compiler_get_file_name(const onnxcc_compiler *compiler, size_t index) {
  return index < compiler->files.size() ? compiler->files[index].name.c_str() : nullptr;
}

const void *onnxcc_compiler_get_file_bytes(const onnxcc_compiler *compiler, size_t index,
                                           size_t *size) {
  if (index >= compiler->files.size())
    return nullptr;
  if (size)
    *size = compiler->files[index].bytes.size();
  return compiler->files[index].bytes.data();
}

size_t onnxcc_compiler_get_diagnostic_count(const onnxcc_compiler *compiler) {
  return compiler->diagnostics.size();
}

const onnxcc_diagnostic *onnxcc_compiler_get_diagnostic(const onnxcc_compiler *compiler,
                                                        size_t index) {
  return index < compiler->diagnostics.size() ? &compiler->diagnostics[index] : nullptr;
}

int onnxcc_diagnostic_get_severity(const onnxcc_diagnostic *diagnostic) {
  switch (diagnostic->data.severity) {
  case Diagnostic::Severity::Error:
    return ONNXCC_SEVERITY_ERROR;
  case Diagnostic::Severity::Warning:
    return ONNXCC_SEVERITY_WARNING;
  case Diagnostic::Severity::Remark:
    return ONNXCC_SEVERITY_REMARK;
  case Diagnostic::Severity::Note:
    return ONNXCC_SEVERITY_NOTE;
  }
  llvm_unreachable("all severities are listed");
}

int onnxcc_diagnostic_get_subject(const onnxcc_diagnostic *diagnostic) {
  return getCode(diagnostic->data.subject);
}

const char *onnxcc_diagnostic_get_message(const onnxcc_diagnostic *diagnostic) {
  return diagnostic->data.message.c_str();
}

const char *onnxcc_diagnostic_get_text(const onnxcc_diagnostic *diagnostic) {
  return diagnostic->text.c_str();
}

const char *onnxcc_diagnostic_get_details(const onnxcc_diagnostic *diagnostic) {
  return diagnostic->data.details.c_str();
}

const char *onnxcc_diagnostic_get_file(const onnxcc_diagnostic *diagnostic) {
  return diagnostic->data.file.c_str();
}

unsigned onnxcc_diagnostic_get_line(const onnxcc_diagnostic *diagnostic) {
  return diagnostic->data.line;
}

unsigned onnxcc_diagnostic_get_column(const onnxcc_diagnostic *diagnostic) {
  return diagnostic->data.column;
}

size_t onnxcc_diagnostic_get_node_count(const onnxcc_diagnostic *diagnostic) {
  return diagnostic->data.nodes.size();
}

const char *onnxcc_diagnostic_get_node_name(const onnxcc_diagnostic *diagnostic, size_t index) {
  const std::vector<Diagnostic::Node> &nodes = diagnostic->data.nodes;
  return index < nodes.size() ? nodes[index].name.c_str() : nullptr;
}

const char *onnxcc_diagnostic_get_node_operator(const onnxcc_diagnostic *diagnostic, size_t index) {
  const std::vector<Diagnostic::Node> &nodes = diagnostic->data.nodes;
  return index < nodes.size() ? nodes[index].op.c_str() : nullptr;
}

size_t onnxcc_diagnostic_get_note_count(const onnxcc_diagnostic *diagnostic) {
  return diagnostic->notes.size();
}

const onnxcc_diagnostic *onnxcc_diagnostic_get_note(const onnxcc_diagnostic *diagnostic,
                                                    size_t index) {
  return index < diagnostic->notes.size() ? &diagnostic->notes[index] : nullptr;
}
