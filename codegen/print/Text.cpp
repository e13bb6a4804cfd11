// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Breaking long lines: see Text.h.
#include "codegen/print/Text.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace onnxcc {

std::string wrapList(StringRef head, ArrayRef<std::string> items, StringRef tail) {
  std::string text = head.str();
  // Under a short head the items are aligned; under a longer one that would waste the lines.
  size_t indent = head.size() < 24 ? head.size() : head.size() - head.ltrim().size() + 4,
         column = head.size();
  for (size_t k = 0; k < items.size(); ++k) {
    bool last = k + 1 == items.size();
    size_t length = items[k].size() + (last ? tail.size() : 1);
    if (k && column + 1 + length > kLineWidth) {
      text += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (k) {
      text += ' ';
      ++column;
    }
    text += items[k] + (last ? "" : ",");
    column += length;
  }
  return text + tail.str();
}

/// The words of `text` after `head`; further lines begin with `next`, and all leave room for
/// `tail`.
static std::string wrapWords(StringRef head, StringRef text, StringRef next, StringRef tail) {
  SmallVector<StringRef> words;
  text.split(words, ' ', -1, /*KeepEmpty=*/false);
  std::string out = head.str();
  size_t column = head.size();
  for (StringRef word : words) {
    if (column + 1 + word.size() + tail.size() > kLineWidth && column > next.size()) {
      out += "\n" + next.str();
      column = next.size();
    }
    out += " " + word.str();
    column += 1 + word.size();
  }
  return out + tail.str() + "\n";
}

std::string wrapComment(StringRef text) { return wrapWords("//", text, "//  ", ""); }

std::string wrapBlockComment(StringRef text) { return wrapWords("/*", text, "    ", " */"); }

/// Where to break a line of code: at one of its first kLineWidth spaces after which an operand or
/// argument begins, or before an operator; 0 if there is none.
static size_t findBreak(StringRef line) {
  size_t indent = line.size() - line.ltrim().size(), best = 0, assignment = 0;
  int depth = 0, least = 0;
  bool quoted = false;
  for (size_t k = indent; k < kLineWidth; ++k) {
    char c = line[k];
    quoted ^= c == '"';
    if (quoted)
      continue;
    depth += StringRef("([{").contains(c) ? 1 : StringRef(")]}").contains(c) ? -1 : 0;
    if (c != ' ' || k < indent + 2)
      continue;
    StringRef word = line.substr(k + 1).take_until([](char c) { return c == ' '; });
    if (word.empty())
      continue;
    if (word == "//")
      break;
    bool isOperator = StringRef("+-*/%<>&|^").contains(word[0]) &&
                      (word.size() == 1 || word == "||" || word == "&&");
    isOperator |= word.starts_with("__asm__");
    int looseness = 2 * depth + isOperator; // of one depth a comma separates more
    if ((isOperator || line[k - 1] == ',') && (!best || looseness <= least)) {
      best = k;
      least = looseness;
    }
    if (line[k - 1] == '=' && line[k - 2] == ' ' && depth == 0)
      assignment = k;
  }
  // A value that fits on a line of its own stays whole.
  bool isWhole = assignment && indent + 4 + line.size() - assignment <= kLineWidth;
  return !best || isWhole ? assignment : best;
}

std::string wrapCode(StringRef line) {
  std::string text, rest = line.str(), indent(line.size() - line.ltrim().size() + 4, ' ');
  while (rest.size() > kLineWidth) {
    size_t at = findBreak(rest);
    if (at <= indent.size())
      break;
    text += rest.substr(0, at) + "\n";
    rest = indent + rest.substr(at + 1);
  }
  return text + rest;
}

bool mentions(StringRef text, StringRef name) {
  auto isPart = [&](size_t at) {
    return at < text.size() && (isAlnum(text[at]) || text[at] == '_');
  };
  for (size_t at = text.find(name); at != StringRef::npos; at = text.find(name, at + 1)) {
    bool isMember = text.take_front(at).ends_with(".") || text.take_front(at).ends_with("->");
    if (!(at && isPart(at - 1)) && !isMember && !isPart(at + name.size()))
      return true;
  }
  return false;
}

void CodeBlock::line(const std::string &text) {
  if (!blocks.empty())
    ++blocks.back().statements;
  lines.push_back(std::string(2 * blocks.size(), ' ') + text);
}

void CodeBlock::open(const std::string &text) {
  line(text);
  blocks.push_back({lines.size() - 1, 0, true});
}

/// `f(x, [=](Index i) {`, a statement and `});` as one line, or two that break before the lambda.
bool CodeBlock::foldLambda(size_t head, const std::string &close) {
  std::string start = lines[head], body = " " + StringRef(lines.back()).ltrim().str() + " " + close;
  size_t room = kLineWidth - 2; // its function indents it
  if (head + 2 != lines.size() || body.size() > room)
    return false;
  if (start.size() + body.size() > room) {
    size_t lambda = start.rfind(" [=");
    size_t indent = start.size() - StringRef(start).ltrim().size() + 4;
    if (lambda == std::string::npos || indent + start.size() - lambda + body.size() > room)
      return false;
    lines[head] = start.substr(0, lambda);
    lines.back() = std::string(indent, ' ') + start.substr(lambda + 1) + body;
    if (!blocks.empty())
      blocks.back().isPlain = false;
    return true;
  }
  lines.pop_back();
  lines[head] += body;
  return true;
}

void CodeBlock::close(const std::string &text) {
  Block block = blocks.back();
  blocks.pop_back();
  std::string &head = lines[block.head];
  if (text == "}" && block.statements == 1 && block.isPlain && StringRef(head).ends_with(") {")) {
    head.resize(head.size() - 2);
    return;
  }
  if (text == "});" && block.statements == 1 && block.isPlain && foldLambda(block.head, text))
    return;
  if (!blocks.empty())
    blocks.back().isPlain = false;
  lines.push_back(std::string(2 * blocks.size(), ' ') + text);
}

} // namespace onnxcc
