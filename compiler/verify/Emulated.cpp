// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Models of other machines: each call is a process of an emulator, and tensors go through files.
#include "compiler/Compilation.h"
#include "compiler/Toolchain.h"
#include "compiler/driver/Process.h"
#include "compiler/verify/EmulatedProgram.h"
#include "compiler/verify/ModelRunner.h"
#include "compiler/verify/Runner.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace llvm;

namespace onnxcc {

namespace {

void writeNumber(raw_ostream &out, int64_t number) {
  out.write(reinterpret_cast<const char *>(&number), sizeof(number));
}

void writeBytes(raw_ostream &out, StringRef bytes) {
  writeNumber(out, bytes.size());
  out << bytes;
}

/// An answer from its beginning on; what lies beyond its end is 0 and empty, and `isWhole` says so.
class Reader {
public:
  explicit Reader(StringRef text) : text(text) {}
  int64_t readNumber() {
    int64_t number = 0;
    StringRef bytes = take(sizeof(number));
    if (!bytes.empty())
      std::memcpy(&number, bytes.data(), sizeof(number));
    return number;
  }
  StringRef readBytes() { return take(readNumber()); }
  HostTensor readTensor() {
    HostTensor tensor;
    tensor.name = readBytes().str();
    tensor.element = int32_t(readNumber());
    tensor.scale = float(llvm::bit_cast<double>(readNumber()));
    tensor.zeroPoint = int32_t(readNumber());
    for (int64_t rank = readNumber(); rank > 0 && whole; --rank)
      tensor.shape.push_back(readNumber());
    return tensor;
  }
  bool isWhole() const { return whole; }

private:
  StringRef take(int64_t bytes) {
    whole &= bytes >= 0 && uint64_t(bytes) <= text.size();
    StringRef taken = whole ? text.take_front(bytes) : StringRef();
    text = text.drop_front(taken.size());
    return taken;
  }

  StringRef text;
  bool whole = true;
};

class EmulatedRunner : public Runner {
public:
  EmulatedRunner(std::vector<std::string> command, StringRef folder)
      : command(std::move(command)), folder(folder.str()) {}

  /// Asks for the table. `file` has the weights, if the model takes them from one.
  LogicalResult load(StringRef file) {
    if (!file.empty()) {
      auto buffer = MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/false);
      if (!buffer)
        return failCommand("cannot read the weights '" + file +
                           "': " + buffer.getError().message());
      weights = std::move(*buffer);
    }
    FailureOr<std::vector<HostTensor>> described = describeInputs(RandomDims::Least);
    if (failed(described))
      return failure();
    inputs = std::move(*described);
    return success();
  }

  ModelSummary getSummary() const override { return summary; }

  FailureOr<DataSet> makeRandomData(uint64_t seed, int64_t number, RandomDims dims) override {
    FailureOr<std::vector<HostTensor>> described = describeInputs(dims);
    if (failed(described))
      return failure();
    DataSet set{"random inputs, seed " + std::to_string(seed + number), {}, {}};
    for (const HostTensor &input : *described)
      set.inputs.push_back(makeRandomInput(input, (seed + number) * 1000 + set.inputs.size()));
    return set;
  }

  FailureOr<RunResult> run(ArrayRef<HostTensor> given, int64_t threads) override {
    if (threads > 1)
      return failCommand("under an emulator a model runs on one thread");
    std::string request = folder + "/request";
    auto write = [&](raw_ostream &out) {
      for (int32_t element = 0; element < 32; ++element)
        writeNumber(out, getElementBytes(element));
      writeNumber(out, given.size());
      for (auto [index, tensor] : enumerate(given)) {
        const HostTensor *like = findTensor(inputs, tensor.name, index);
        HostTensor input = like ? quantizeLike(*like, tensor) : tensor;
        writeBytes(out, input.name);
        writeNumber(out, input.element);
        writeNumber(out, input.shape.size());
        for (int64_t extent : input.shape)
          writeNumber(out, extent);
        writeBytes(out, StringRef(input.bytes.data(), input.bytes.size()));
      }
      writeBytes(out, weights ? weights->getBuffer() : StringRef());
    };
    if (failed(checkCommand(writeFile(request, write, request))))
      return failure();
    FailureOr<Reader> answer = ask({"run", request});
    if (failed(answer))
      return failure();
    if (int64_t code = answer->readNumber())
      return failCommand("the model's call returned " + describeCode(int(code)));
    RunResult result;
    result.arenaBytes = answer->readNumber();
    for (int64_t count = answer->readNumber(); count > 0 && answer->isWhole(); --count) {
      std::string name = answer->readBytes().str();
      result.dims[name] = answer->readNumber();
    }
    for (int64_t count = answer->readNumber(); count > 0 && answer->isWhole(); --count) {
      HostTensor output = answer->readTensor();
      StringRef bytes = answer->readBytes();
      output.bytes.assign(bytes.begin(), bytes.end());
      result.outputs.push_back(std::move(output));
    }
    if (!answer->isWhole())
      return failCommand("the emulated program's answer ends early");
    return result;
  }

private:
  /// The inputs without elements, at the least or greatest dims.
  FailureOr<std::vector<HostTensor>> describeInputs(RandomDims dims) {
    FailureOr<Reader> answer = ask({"describe", dims == RandomDims::Least ? "least" : "greatest"});
    if (failed(answer))
      return failure();
    std::vector<HostTensor> described;
    for (int64_t count = answer->readNumber(); count > 0 && answer->isWhole(); --count)
      described.push_back(answer->readTensor());
    return described;
  }

  /// Runs the program. \returns its answer after the summary.
  FailureOr<Reader> ask(std::vector<std::string> words) {
    std::string path = folder + "/answer";
    std::vector<std::string> all(command);
    all.insert(all.end(), words.begin(), words.end());
    all.push_back(path);
    ErrorOr<std::string> program = sys::findProgramByName(all.front());
    if (!program)
      return failCommand("cannot find '" + all.front() + "', which runs the compiled model: " +
                         program.getError().message() + "; --runner= names another command");
    SmallVector<StringRef> arguments(all.begin(), all.end());
    std::string message;
    int status = sys::ExecuteAndWait(*program, arguments, std::nullopt, {}, 0, 0, &message);
    if (status) {
      if (message.empty())
        message = "exit status " + std::to_string(status);
      return failCommand("'" + join(all, " ") + "' failed (" + message + ")");
    }
    auto file = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false,
                                      /*IsVolatile=*/true);
    if (!file)
      return failCommand("'" + join(all, " ") + "' wrote no answer: " + file.getError().message());
    answerFile = std::move(*file);
    Reader answer(answerFile->getBuffer());
    summary.targets = answer.readBytes().str();
    summary.arenaBytes = answer.readNumber();
    summary.stackBytes = answer.readNumber();
    summary.weightBytes = answer.readNumber();
    return answer;
  }

  std::vector<std::string> command;
  std::string folder;
  std::vector<HostTensor> inputs; // without elements
  ModelSummary summary;
  std::unique_ptr<MemoryBuffer> weights, answerFile;
};

} // namespace

FailureOr<std::unique_ptr<Runner>> buildEmulated(const Options &options, StringRef folder,
                                                 ArrayRef<std::string> values) {
  const Target &target = *findTarget(options.compile.features.front());
  StringRef emulator =
      options.verify.runner.empty() ? target.architecture->emulator : options.verify.runner;
  if (emulator.empty())
    return failCommand("nothing is known to run programs for " + target.name +
                       " here; --runner= names a command");
  Compilation compilation(options.input, options.compile, printDiagnostic);
  std::vector<EmittedFile> files;
  FailureOr<std::vector<std::string>> objects = buildObjects(compilation, folder, values, files);
  std::string source = (folder + "/emulated_program.cpp").str(),
              program = (folder + "/emulated_program").str();
  std::string text = "#include \"" + options.compile.name + ".h\"\n#define MODEL " +
                     options.compile.name + "_model\n";
  if (failed(objects) || failed(checkCommand(writeFile(source, text + emulatedProgram, source))))
    return failure();
  Toolchain toolchain(compilation.getOptions(), compilation.getCompiler(), folder,
                      compilation.getDiagnostics());
  FailureOr<std::vector<std::string>> main =
      toolchain.compile({HostSource{source, target.name.str()}});
  if (failed(main))
    return failure();
  objects->insert(objects->begin(), main->begin(), main->end());
  if (failed(toolchain.linkProgram(*objects, program)))
    return failure();

  std::string weights;
  for (const EmittedFile &file : files)
    if (file.kind == EmittedFile::Kind::WeightFile)
      weights = (folder + "/" + file.name).str();
  std::vector<std::string> command;
  for (StringRef word : getWords(emulator))
    command.push_back(word.str());
  command.push_back(program);
  auto runner = std::make_unique<EmulatedRunner>(command, folder);
  if (failed(runner->load(weights)))
    return failure();
  return std::unique_ptr<Runner>(std::move(runner));
}

} // namespace onnxcc
