// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Joining iteration dims into loops: see LoopNest.h.
#include "kernels/LoopNest.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::formatv;

namespace onnxcc {

LoopNest::LoopNest(const Launch &launch, ArrayRef<unsigned> dims, ArrayRef<StringRef> variables)
    : launch(launch) {
  for (unsigned dim : dims) {
    if (launch.isUnit(dim))
      continue;
    if (!loops.empty() && joins(loops.back().dims.back(), dim)) {
      loops.back().dims.push_back(dim);
      loops.back().extent = loops.back().extent * launch.domain[dim];
    } else {
      loops.push_back({{dim}, launch.domain[dim], ""});
    }
  }
  if (loops.empty())
    loops.push_back({{}, launch.constant(1), ""});
  for (auto [k, loop] : llvm::enumerate(loops))
    loop.variable = k < variables.size() ? variables[k].str() : "i" + std::to_string(k);
}

bool LoopNest::joins(unsigned outer, unsigned inner) const {
  auto joinsInForm = [&](const LinearForm &form) {
    return !form.isBroken(outer) && !form.isBroken(inner) &&
           form.coefficients[outer] == form.coefficients[inner] * launch.domain[inner];
  };
  auto joinsIn = [&](const Operand &operand) { return joinsInForm(operand.offset); };
  return llvm::all_of(launch.inputs, joinsIn) && llvm::all_of(launch.outputs, joinsIn) &&
         llvm::all_of(launch.places, [&](const auto &place) { return joinsInForm(place.second); });
}

std::optional<AffineExpr> LoopNest::stride(const LinearForm &form, const Loop &loop) const {
  return launch.collapse(form, loop.dims);
}

Expression LoopNest::print(const LinearForm &form, ArrayRef<std::string> moreNames) const {
  MLIRContext *context = launch.context();
  // Loop indices and further names become dims of one expression, so that affine printing tidies
  // the sum.
  SmallVector<std::string> names;
  AffineExpr sum = launch.constant(0);
  SmallVector<AffineExpr> dims(form.coefficients.size(), launch.constant(0));
  for (const Loop &loop : loops) {
    if (loop.dims.empty())
      continue;
    AffineExpr index = getAffineDimExpr(names.size(), context);
    names.push_back(loop.variable);
    if (auto stride = launch.collapse(form, loop.dims))
      sum = sum + index * *stride;
    dims[loop.dims.back()] = index; // a dim in a floordiv or mod is a loop of its own
  }
  for (auto [dim, name] : llvm::enumerate(moreNames)) {
    if (name.empty())
      continue;
    AffineExpr index = getAffineDimExpr(names.size(), context);
    names.push_back(name);
    dims[dim] = index;
    sum = sum + index * form.coefficients[dim];
  }
  sum = sum + form.constant;
  if (form.rest)
    sum = sum + form.rest.replaceDims(dims);
  return printAffine(sum, names, launch.facts.symbols);
}

Expression LoopNest::address(const Operand &operand, ArrayRef<std::string> moreNames) const {
  return makeOffset(operand.name, offset(operand, moreNames));
}

void openLoops(CodeBlock &code, ArrayRef<std::pair<std::string, std::string>> loops, bool cut) {
  for (auto [k, loop] : llvm::enumerate(loops)) {
    const auto &[variable, extent] = loop;
    bool isCut = k == 0 && cut;
    if (isCut)
      code.open(formatv("parallelFor(call, {0}, [=](Range tasks) {{", extent));
    code.open(formatv("for (Index {0} = {1}; {0} < {2}; ++{0}) {{", variable,
                      isCut ? "tasks.begin" : "0", isCut ? "tasks.end" : extent));
  }
}

void closeLoops(CodeBlock &code, size_t count, bool cut) {
  while (count--)
    code.close();
  if (cut)
    code.close("});");
}

Expression makeElement(StringRef pointer, const Expression &offset) {
  return {pointer.str() + "[" + offset.text + "]", Precedence::Primary};
}

std::string makeStore(const Expression &address, const ScalarValue &value, StringRef like) {
  return formatv(value.varies ? "store({0}, {1});" : "store({0}, splat({2}, {1}));", address.text,
                 value.expression.text, like);
}

ScalarValue makeLoad(const Operand &operand, const Expression &address, bool isVector,
                     StringRef like) {
  ScalarValue value;
  value.name = operand.name + "Value";
  value.varies = isVector;
  value.address = address;
  if (isVector)
    value.expression = makeCall("load", {Expression{like.str(), Precedence::Primary}, address});
  else
    value.expression = {"*" + address.as(Precedence::Unary), Precedence::Unary};
  return value;
}

} // namespace onnxcc
