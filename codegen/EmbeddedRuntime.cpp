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

/// Between `#define ONNXCC_MODEL_H` and the last `#endif`, without blank lines.
std::string getModelDeclarations() {
  const RuntimeHeader *model = llvm::find_if(
      getRuntimeHeaders(), [](const RuntimeHeader &h) { return h.name == "model.h"; });
  std::string plain = stripComments(model->text);
  SmallVector<StringRef> lines;
  StringRef(plain).split(lines, '\n');
  std::string out;
  bool inside = false;
  for (StringRef line : lines) {
    line = line.rtrim();
    if (inside && !line.empty()) {
      // Enumerators follow one another on a line.
      bool enumerator = line.starts_with("  ONNXCC_");
      size_t start = out.rfind('\n') + 1;
      if (enumerator && !out.empty() && out.size() - start + line.size() < 100) {
        out += out.back() == '\n' ? line.str() : " " + line.ltrim().str();
      } else {
        out += (out.empty() || out.back() == '\n' ? "" : "\n") + line.str();
      }
      if (!enumerator)
        out += "\n";
    }
    inside |= line == "#define ONNXCC_MODEL_H";
  }
  return StringRef(out).substr(0, StringRef(out).rfind("#endif")).str();
}

} // namespace onnxcc
