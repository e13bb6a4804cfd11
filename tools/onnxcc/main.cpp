// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// onnxcc: the command.
#include "compiler/Pipeline.h"
#include "compiler/Registration.h"
#include "compiler/driver/Driver.h"
#include "compiler/driver/Process.h"
#include "targets/Target.h"

#include <csignal>

int main(int argc, char **argv) {
  // A limit on file sizes shall be an error to report, not the end.
  std::signal(SIGXFSZ, SIG_IGN);
  onnxcc::reportOutOfMemory();
  std::optional<onnxcc::Options> options =
      onnxcc::parseOptions(llvm::ArrayRef<const char *>(argv, argc),
                           [](const llvm::Twine &message) { (void)onnxcc::failCommand(message); });
  if (!options)
    return 1;
  options->compile.log = &llvm::errs();
  options->compile.toolchain.temporaryPaths = onnxcc::getTemporaryPaths();
  onnxcc::registerPasses();
  switch (options->command) {
  case onnxcc::Options::Command::Help:
    onnxcc::printHelp(llvm::outs());
    return 0;
  case onnxcc::Options::Command::Version:
    onnxcc::printVersion(llvm::outs());
    return 0;
  case onnxcc::Options::Command::Passes:
    onnxcc::printPasses(llvm::outs());
    return 0;
  case onnxcc::Options::Command::Targets:
    onnxcc::printTargets(llvm::outs());
    return 0;
  case onnxcc::Options::Command::Compile:
    return succeeded(onnxcc::compileModel(*options)) ? 0 : 1;
  case onnxcc::Options::Command::Bench:
    return succeeded(onnxcc::benchModel(*options)) ? 0 : 1;
  case onnxcc::Options::Command::Quantize:
    return succeeded(onnxcc::quantizeModel(*options)) ? 0 : 1;
  case onnxcc::Options::Command::Verify:
    return succeeded(onnxcc::verifyModel(*options)) ? 0 : 1;
  }
}
