// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The text of a launch's struct and function: see Launch.h.
#include "kernels/Launch.h"

#include "codegen/print/Text.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace onnxcc {

static std::string substitute(StringRef text, StringRef name, StringRef type) {
  std::string out;
  for (size_t k = 0; k < text.size(); ++k) {
    if (text[k] == '$' && k + 1 < text.size() && (text[k + 1] == 'F' || text[k + 1] == 'S'))
      out += text[++k] == 'F' ? name : type;
    else
      out += text[k];
  }
  return out;
}

SmallVector<std::string> LaunchFunction::getSignature(const ModuleFacts &facts) const {
  bool usesCall = llvm::any_of(body, [](StringRef line) { return mentions(line, "call"); });
  SmallVector<std::string> signature{usesCall ? "Call &call" : "Call &"};
  llvm::append_range(signature, parameters);
  for (unsigned dim : dims)
    signature.push_back("Index " + facts.symbols[dim]);
  return signature;
}

SmallVector<unsigned> LaunchFunction::getShapeSymbols() const {
  SmallVector<unsigned> symbols;
  auto note = [&](AffineExpr value) {
    value.walk([&](AffineExpr part) {
      if (auto symbol = dyn_cast<AffineSymbolExpr>(part);
          symbol && !llvm::is_contained(symbols, symbol.getPosition()))
        symbols.push_back(symbol.getPosition());
    });
  };
  for (const auto &line : members)
    for (const Member &member : line)
      note(member.value);
  for (const List &list : lists)
    llvm::for_each(list.values, note);
  llvm::sort(symbols);
  return symbols;
}

std::string LaunchFunction::shape(const ModuleFacts &facts) const {
  SmallVector<unsigned> symbols = getShapeSymbols();
  if (symbols.empty())
    return "$S()";
  std::string text = "$S{{}"; // what it inherits
  for (unsigned symbol : symbols)
    text += ", " + facts.symbols[symbol];
  return text + "}";
}

std::string LaunchFunction::declaration(StringRef name, const ModuleFacts &facts) const {
  return wrapList("void " + name.str() + "(", getSignature(facts), ");");
}

std::string LaunchFunction::printShape(StringRef type, const ModuleFacts &facts) const {
  if (members.empty())
    return "";
  std::string text;
  text += "struct " + type.str() + " : " + base + " {\n";
  // Symbols first: the other dynamic members are computed from them.
  SmallVector<unsigned> symbols = getShapeSymbols();
  // A dim may bear the name of a member that is something else.
  std::vector<std::string> names = facts.symbols;
  llvm::StringSet<> declared;
  for (unsigned symbol : symbols) {
    for (const auto &line : members)
      for (const Member &member : line)
        if (member.name == names[symbol] &&
            member.value != getAffineSymbolExpr(symbol, member.value.getContext()))
          names[symbol] += "Dim";
    for (const List &list : lists)
      if (list.name == names[symbol])
        names[symbol] += "Dim";
    text += "  Index " + names[symbol] + ";\n";
    declared.insert(names[symbol]);
  }
  SmallVector<std::string> constants;
  for (const auto &line : members)
    for (const Member &member : line)
      if (auto value = dyn_cast<AffineConstantExpr>(member.value);
          value && value.getValue() != member.inherited)
        constants.push_back(member.name + " = " + printAffine(member.value, {}, names).text);
  if (!constants.empty())
    text += wrapList("  static constexpr Index ", constants, ";") + "\n";
  for (const auto &line : members)
    for (const Member &member : line)
      if (!isa<AffineConstantExpr>(member.value) && !declared.contains(member.name))
        text +=
            "  Index " + member.name + " = " + printAffine(member.value, {}, names).text + ";\n";
  for (const List &list : lists) {
    bool isConstant = llvm::all_of(list.values, llvm::IsaPred<AffineConstantExpr>);
    SmallVector<std::string> values;
    for (AffineExpr value : list.values)
      values.push_back(printAffine(value, {}, names).text);
    text += wrapList("  " + std::string(isConstant ? "static constexpr " : "") + "Index " +
                         list.name + "[" + std::to_string(values.size()) + "] = {",
                     values, "};") +
            "\n";
  }
  for (const std::string &flag : flags)
    text += "  static constexpr " + flag + ";\n";
  if (!tile.empty())
    text += "  static constexpr Tile tile = " + tile + ";\n";
  text += "};\n";
  return text;
}

std::string LaunchFunction::print(StringRef name, StringRef type, const ModuleFacts &facts) const {
  std::string text;
  text += wrapList("void " + name.str() + "(", getSignature(facts), ") {") + "\n";
  for (const std::string &line : body)
    text += wrapCode("  " + substitute(line, name, type)) + "\n";
  return text + "}\n";
}

std::string LaunchFunction::key(const ModuleFacts &facts) const {
  return printShape("$S", facts) + print("$F", "$S", facts);
}

} // namespace onnxcc
