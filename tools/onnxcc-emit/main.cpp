// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// onnxcc-emit: prints the sources of a module of the memory phase's form; the tests' way to
// codegen.
//   onnxcc-emit FILE.mlir -o FOLDER          writes all files
//   onnxcc-emit FILE.mlir --file=NAME        prints one of them
#include "codegen/Emit.h"
#include "dialects/graph/Graph.h"
#include "dialects/kernel/Kernel.h"
#include "passes/memory/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

static int writeFiles(const std::vector<onnxcc::EmittedFile> &files, StringRef folder) {
  for (const onnxcc::EmittedFile &file : files) {
    SmallString<128> path(folder);
    sys::path::append(path, file.name);
    sys::fs::create_directories(sys::path::parent_path(path));
    std::error_code error;
    raw_fd_ostream os(path, error);
    if (error) {
      errs() << path << ": " << error.message() << "\n";
      return 1;
    }
    file.write(os);
  }
  return 0;
}

int main(int argc, char **argv) {
  std::string input, folder, only;
  onnxcc::EmitOptions options;
  for (int k = 1; k < argc; ++k) {
    StringRef argument = argv[k];
    if (argument == "-o" && k + 1 < argc)
      folder = argv[++k];
    else if (argument.consume_front("--file="))
      only = argument;
    else if (argument.consume_front("--name="))
      options.name = argument;
    else if (argument.consume_front("--seconds-per-file="))
      argument.getAsDouble(options.secondsPerFile);
    else if (argument == "--profile")
      options.profile = true;
    else if (argument == "--weights=array")
      options.weights = onnxcc::WeightStorage::Array;
    else if (argument == "--weights=file")
      options.weights = onnxcc::WeightStorage::File;
    else if (argument == "--weights=pointer")
      options.weights = onnxcc::WeightStorage::Pointer;
    else
      input = argument;
  }
  if (input.empty() || folder.empty() == only.empty()) {
    errs() << "usage: onnxcc-emit FILE.mlir (-o FOLDER | --file=NAME) [--name=MODEL] "
              "[--weights=array|file|pointer] [--profile] [--seconds-per-file=N]\n";
    return 2;
  }
  mlir::DialectRegistry registry;
  registry.insert<onnxcc::graph::GraphDialect, onnxcc::kernel::KernelDialect,
                  mlir::affine::AffineDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                  mlir::math::MathDialect, mlir::memref::MemRefDialect, mlir::scf::SCFDialect>();
  mlir::MLIRContext context(registry);
  SourceMgr sources;
  mlir::SourceMgrDiagnosticHandler handler(sources, &context);
  auto module = mlir::parseSourceFile<mlir::ModuleOp>(input, sources, mlir::ParserConfig(&context));
  if (!module)
    return 1;
  // Tests write launches without schedules: they get those that the compiler would choose.
  mlir::PassManager passes(&context);
  passes.addNestedPass<mlir::func::FuncOp>(onnxcc::memory::createSettleOperands());
  if (failed(passes.run(*module)))
    return 1;
  mlir::FailureOr<std::vector<onnxcc::EmittedFile>> files = onnxcc::emit(*module, options);
  if (failed(files))
    return 1;
  if (!folder.empty())
    return writeFiles(*files, folder);
  for (const onnxcc::EmittedFile &file : *files)
    if (file.name == only) {
      file.write(outs());
      return 0;
    }
  errs() << "there is no file '" << only << "'\n";
  return 1;
}
