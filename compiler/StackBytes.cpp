// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stack that a call takes at most: the longest path, in bytes, through the call graph of the
// emitted code. g++ writes it as .ci files (-fcallgraph-info=su); other compilers write only
// frames, as .su files (-fstack-usage).
#include "compiler/Toolchain.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace onnxcc {

namespace {

/// For functions of libm, which no graph shows: its deepest ones take a few hundred bytes.
constexpr int64_t libraryBytes = 512;

struct Function {
  int64_t frame = 0;
  std::vector<std::string> callees;
  bool isDefined = false;
  int rank = -1; // how many calls of pointers may follow each other from here on
  int64_t total = -1;
};

class CallGraph {
public:
  void read(StringRef text);
  bool empty() const { return functions.empty(); }
  int64_t getWorst();

private:
  int getRank(StringRef name);
  int64_t getTotal(StringRef name);

  StringMap<Function> functions;
  std::vector<int64_t> worstOfRank; // and of all ranks below
};

constexpr StringRef indirectCall = "__indirect_call";

} // namespace

/// The text after `key: "` up to the next quote.
static StringRef getField(StringRef line, StringRef key) {
  size_t start = line.find((key + ": \"").str());
  if (start == StringRef::npos)
    return {};
  return line.drop_front(start + key.size() + 3).split('"').first;
}

void CallGraph::read(StringRef text) {
  SmallVector<StringRef> lines;
  text.split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef line : lines) {
    if (line.starts_with("node:")) {
      // label: "NAME\nFILE:1:2\n48 bytes (static)\n0 dynamic objects"
      StringRef label = getField(line, "label");
      size_t end = label.find(" bytes (");
      if (end == StringRef::npos)
        continue; // a declaration
      StringRef digits = label.take_front(end);
      digits = digits.drop_front(digits.rfind("\\n") + 2);
      Function &function = functions[getField(line, "title")];
      int64_t frame = 0;
      if (!digits.getAsInteger(10, frame))
        function.frame = std::max(function.frame, frame);
      function.isDefined = true;
    } else if (line.starts_with("edge:")) {
      functions[getField(line, "sourcename")].callees.push_back(getField(line, "targetname").str());
    }
  }
}

int CallGraph::getRank(StringRef name) {
  Function &function = functions[name];
  if (function.rank >= 0)
    return function.rank;
  function.rank = 0; // what a cycle sees; emitted code has none
  int rank = 0;
  for (const std::string &callee : function.callees)
    if (auto known = functions.find(callee); callee != indirectCall && known != functions.end())
      rank = std::max(rank, getRank(callee));
  if (is_contained(function.callees, indirectCall))
    ++rank;
  return functions[name].rank = rank;
}

int64_t CallGraph::getTotal(StringRef name) {
  Function &function = functions[name];
  if (function.total >= 0)
    return function.total;
  function.total = function.frame;
  int64_t deepest = 0;
  for (const std::string &callee : function.callees) {
    // What a pointer leads to calls fewer pointers: the body of a parallel loop is also called
    // without one, and an epilogue calls none.
    if (callee == indirectCall)
      deepest = std::max(deepest, worstOfRank[function.rank - 1]);
    else if (auto known = functions.find(callee);
             known != functions.end() && known->second.isDefined)
      deepest = std::max(deepest, getTotal(callee));
    else
      deepest = std::max(deepest, libraryBytes);
  }
  return function.total = function.frame + deepest;
}

int64_t CallGraph::getWorst() {
  SmallVector<std::string> names;
  for (auto &entry : functions)
    if (entry.second.isDefined)
      names.push_back(entry.first().str());
  int highest = 0;
  for (const std::string &name : names)
    highest = std::max(highest, getRank(name));
  for (int rank = 0; rank <= highest; ++rank) {
    int64_t worst = rank ? worstOfRank.back() : 0;
    for (const std::string &name : names)
      if (functions[name].rank == rank)
        worst = std::max(worst, getTotal(name));
    worstOfRank.push_back(worst);
  }
  return worstOfRank.back();
}

/// Without a call graph: no chain of calls in emitted code is longer than eight, so the sum of the
/// eight largest frames bounds it.
static int64_t sumLargestFrames(ArrayRef<std::string> objects) {
  std::vector<int64_t> frames;
  for (StringRef object : objects) {
    SmallString<128> path(object);
    sys::path::replace_extension(path, ".su");
    ErrorOr<std::unique_ptr<MemoryBuffer>> file = MemoryBuffer::getFile(path);
    if (!file)
      continue;
    SmallVector<StringRef> lines;
    (*file)->getBuffer().split(lines, '\n', -1, /*KeepEmpty=*/false);
    for (StringRef line : lines) {
      int64_t bytes;
      if (!line.split('\t').second.split('\t').first.getAsInteger(10, bytes))
        frames.push_back(bytes);
    }
  }
  if (frames.empty())
    return 0;
  sort(frames, std::greater<>());
  frames.resize(std::min<size_t>(frames.size(), 8));
  int64_t sum = libraryBytes;
  for (int64_t frame : frames)
    sum += frame;
  return sum;
}

int64_t computeStackBytes(ArrayRef<std::string> objects) {
  CallGraph graph;
  for (StringRef object : objects) {
    SmallString<128> path(object);
    sys::path::replace_extension(path, ".ci");
    if (ErrorOr<std::unique_ptr<MemoryBuffer>> file = MemoryBuffer::getFile(path))
      graph.read((*file)->getBuffer());
  }
  int64_t bytes = graph.empty() ? sumLargestFrames(objects) : graph.getWorst();
  return (bytes + 63) / 64 * 64;
}

} // namespace onnxcc
