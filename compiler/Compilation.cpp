// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One compilation of one model: see Compilation.h.
#include "compiler/Compilation.h"

#include "compiler/Files.h"
#include "compiler/Machine.h"
#include "compiler/Pipeline.h"
#include "compiler/Registration.h"
#include "compiler/Toolchain.h"
#include "compiler/import/Import.h"
#include "passes/graph/Passes.h"
#include "targets/Target.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace onnxcc {

static DialectRegistry makeRegistry() {
  DialectRegistry registry;
  registerDialects(registry);
  return registry;
}

/// The parts of the options that say the same of several phases.
static CompileOptions unify(CompileOptions options) {
  options.import.modelName = options.emit.name = options.name;
  options.emit.sanitize = options.sanitize;
  return options;
}

Compilation::Compilation(ModelSource source, const CompileOptions &options,
                         DiagnosticHandler handler)
    : source(std::move(source)), options(unify(options)),
      context(makeRegistry(), MLIRContext::Threading::DISABLED),
      diagnostics(std::move(handler), options.warnings) {
  diagnostics.listen(context, this->source.path);
  context.loadAllAvailableDialects();
  if (options.pipeline.keepReport)
    report.listen(context);
}

LogicalResult Compilation::import(Phase last, bool requireBounds) {
  PhaseReport time(getPhaseName(Phase::Import), options);
  llvm::Expected<std::vector<std::string>> features = resolveTargets(options.features);
  if (!features)
    return diagnostics.fail(Diagnostic::Subject::Options, features.takeError());
  options.features = *features;
  options.emit.flags = "-O" + std::to_string(options.pipeline.level) +
                       " -march=" + llvm::join(options.features, ",") +
                       (options.sanitize ? " --sanitize" : "") +
                       (options.pipeline.quantizedInterface ? " --io=quantized" : "") +
                       (options.pipeline.fixedRequantization ? " --requant=fixed" : "");
  ImportOptions settings = options.import;
  settings.requireBounds = requireBounds;
  settings.filesRead = &filesRead;
  if (last > Phase::Import)
    settings.explainUnknown = explainUnknownOperator;
  module = importModel(source, settings, context);
  if (!module)
    return failure();
  Builder builder(&context);
  SmallVector<StringRef> names(options.features.begin(), options.features.end());
  module->getOperation()->setAttr("kernel.targets", builder.getStrArrayAttr(names));
  return success();
}

LogicalResult Compilation::findCompiler() {
  FailureOr<HostCompiler> found =
      askCompiler(options.toolchain, *findTarget(options.features.front()), diagnostics);
  if (failed(found))
    return failure();
  compiler = *found;
  module->getOperation()->setAttr("kernel.compiler",
                                  Builder(&context).getStringAttr(compiler.kind->name));
  return success();
}

LogicalResult Compilation::run(Phase last) {
  if (last >= Phase::Kernels && failed(findCompiler()))
    return failure();
  return runPhases(*module, options, last, diagnostics,
                   options.pipeline.keepReport ? &report : nullptr);
}

FailureOr<std::vector<EmittedFile>> Compilation::emit(std::optional<int64_t> stackBytes) {
  EmitOptions settings = options.emit;
  if (stackBytes)
    settings.stackBytes = *stackBytes;
  return onnxcc::emit(*module, settings);
}

FailureOr<std::vector<LaunchFacts>>
Compilation::getLaunchFacts(const std::map<std::string, int64_t> &dims) {
  return onnxcc::getLaunchFacts(*module, options.emit, dims);
}

LogicalResult Compilation::writeInto(StringRef folder, const EmittedFile &file) {
  SmallString<128> path(folder);
  llvm::sys::path::append(path, file.name);
  if (std::error_code code = llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path)))
    return diagnostics.fail(Diagnostic::Subject::Files,
                            "cannot make a folder for '" + file.name + "': " + code.message());
  return diagnostics.check(
      Diagnostic::Subject::Files,
      writeFile(path, [&](llvm::raw_ostream &out) { file.write(out); }, file.name));
}

/// What the host compiler is to make of a file in `folder`: an object for each target whose
/// instructions it uses.
static void addSources(const EmittedFile &file, StringRef folder, const CompileOptions &options,
                       std::vector<HostSource> &sources) {
  std::string path = (folder + "/" + file.name).str();
  switch (file.kind) {
  case EmittedFile::Kind::ApiSource:
  case EmittedFile::Kind::WeightSource: {
    SmallVector<const Target *> targets;
    for (const std::string &feature : options.features)
      targets.push_back(findTarget(feature));
    sources.push_back({path, getCommonTarget(targets).name.str()});
    break;
  }
  case EmittedFile::Kind::KernelSource:
    for (const std::string &feature : options.features)
      sources.push_back({path, feature});
    break;
  case EmittedFile::Kind::Header:
  case EmittedFile::Kind::KernelHeader:
  case EmittedFile::Kind::WeightData:
  case EmittedFile::Kind::WeightFile:
  case EmittedFile::Kind::RuntimeHeader:
    break;
  }
}

FailureOr<std::vector<std::string>> Compilation::buildProfiled(StringRef folder,
                                                               ArrayRef<EmittedFile> base,
                                                               ArrayRef<std::string> baseObjects) {
  EmitOptions settings = options.emit;
  settings.profile = true;
  FailureOr<std::vector<EmittedFile>> files = onnxcc::emit(*module, settings);
  if (failed(files))
    return failure();
  std::vector<HostSource> sources;
  std::vector<size_t> places; // of the sources' objects among all
  std::vector<std::string> objects(baseObjects);
  size_t place = 0;
  for (auto [index, file] : llvm::enumerate(*files)) {
    bool isSame = index < base.size() && base[index].name == file.name &&
                  base[index].kind == file.kind && base[index].text == file.text;
    bool isWeight =
        file.kind == EmittedFile::Kind::WeightSource || file.kind == EmittedFile::Kind::WeightData;
    if (!isWeight && failed(writeInto(folder, file)))
      return failure();
    std::vector<HostSource> made;
    addSources(file, folder, options, made);
    for (HostSource &source : made) {
      if (!isSame && !isWeight) {
        sources.push_back(std::move(source));
        places.push_back(place);
      }
      ++place;
    }
  }
  assert(place == objects.size() && "sources are cut into files by what kernels are in them");
  FailureOr<std::vector<std::string>> compiled =
      Toolchain(options, compiler, folder, diagnostics).compile(sources);
  if (failed(compiled))
    return failure();
  for (auto [at, object] : llvm::zip_equal(places, *compiled))
    objects[at] = std::move(object);
  return objects;
}

FailureOr<std::vector<std::string>> Compilation::build(StringRef folder,
                                                       std::vector<EmittedFile> &files) {
  PhaseReport time(getPhaseName(Phase::Emit), options);
  FailureOr<std::vector<EmittedFile>> emitted = emit();
  if (failed(emitted))
    return failure();
  files = std::move(*emitted);
  std::vector<HostSource> sources, apiSources;
  for (const EmittedFile &file : files) {
    if (failed(writeInto(folder, file)))
      return failure();
    addSources(file, folder, options, sources);
    if (file.kind == EmittedFile::Kind::ApiSource)
      addSources(file, folder, options, apiSources);
  }
  PhaseReport hostTime("compile", options);
  Toolchain toolchain(options, compiler, folder, diagnostics);
  FailureOr<std::vector<std::string>> objects = toolchain.compile(sources);
  if (failed(objects) || options.toolchain.dryRun)
    return objects;

  // Now the stack is known: the header says it, and the one source that has it from there is
  // compiled again.
  if (int64_t stackBytes = computeStackBytes(*objects)) {
    // The families' bounds are those of optimised code, and only g++ tells who calls whom.
    bool isComparable = options.pipeline.level >= 1 && !compiler.kind->callGraphFlags.empty();
    if (int64_t bound = getStackBound(*module);
        options.pipeline.verifyEach && isComparable && stackBytes > bound)
      return diagnostics.fail(
          Diagnostic::Subject::HostCompiler,
          llvm::formatv("a call takes {0} bytes of stack, and sources would say {1} at "
                        "most: a fault of onnxcc's, please report it",
                        stackBytes, bound)
              .str());
    FailureOr<std::vector<EmittedFile>> again = emit(stackBytes);
    if (failed(again))
      return failure();
    files = std::move(*again);
    for (const EmittedFile &file : files)
      if (file.kind == EmittedFile::Kind::Header && failed(writeInto(folder, file)))
        return failure();
    if (failed(toolchain.compile(apiSources)))
      return failure();
  }
  return objects;
}

LogicalResult Compilation::link(Library kind, ArrayRef<std::string> objects, StringRef folder,
                                StringRef output) {
  Toolchain toolchain(options, compiler, folder, diagnostics);
  switch (kind) {
  case Library::Archive:
    return toolchain.archive(objects, output);
  case Library::Object:
    return toolchain.linkRelocatable(objects, output);
  case Library::Shared:
    return toolchain.linkShared(objects, output);
  }
  llvm_unreachable("all kinds are listed");
}

} // namespace onnxcc
