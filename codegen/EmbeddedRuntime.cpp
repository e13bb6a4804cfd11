// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What model.h declares, stripped for a model's header: see EmbeddedRuntime.h.
#include "codegen/EmbeddedRuntime.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace onnxcc {

/// `text` without C comments and C++ comments.
static std::string stripComments(StringRef text) {
  std::string out;
  while (!text.empty()) {
    if (text.starts_with("/*")) {
      text = text.substr(std::min(text.find("*/"), text.size() - 2) + 2);
    } else if (text.starts_with("//")) {
      text = text.substr(text.find('\n'));
    } else {
      out += text.front();
      text = text.drop_front();
    }
  }
  return out;
}

/// Between `#define ONNXCC_MODEL_H` and the last `#endif`, without blank lines, includes
/// and language linkage, which the model's header has of its own; members and
/// enumerators follow one another on a line, as model.h is the place that explains them.
std::string getModelDeclarations() {
  const RuntimeHeader *model = llvm::find_if(
      getRuntimeHeaders(), [](const RuntimeHeader &h) { return h.name == "model.h"; });
  std::string plain = stripComments(model->text);
  SmallVector<StringRef> lines;
  StringRef(plain).split(lines, '\n');
  std::string out;
  bool inside = false, linkage = false;
  bool joins = false; // whether the last line is a member or enumerator, which others may follow
  for (StringRef line : lines) {
    line = line.rtrim();
    linkage |= line == "#ifdef __cplusplus";
    if (inside && !linkage && !line.empty() && !line.starts_with("#include")) {
      bool member = line.starts_with("  ");
      size_t start = out.rfind('\n', out.size() - 2) + 1;
      if (member && joins && out.size() - start + line.size() < 110) {
        out.back() = ' ';
        line = line.ltrim();
      }
      out += line.str() + "\n";
      joins = member;
    }
    linkage &= line != "#endif";
    inside |= line == "#define ONNXCC_MODEL_H";
  }
  return StringRef(out).substr(0, StringRef(out).rfind("#endif")).str();
}

} // namespace onnxcc
