// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls and buffers: see Run.h.
#include "codegen/Run.h"

#include "codegen/print/Text.h"
#include "dialects/support/Locations.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::formatv;

namespace onnxcc {

namespace {

class RunPrinter {
public:
  RunPrinter(Model &model, const KernelCalls &calls, const NameScope &names)
      : model(model), calls(calls), names(&names) {}

  std::string print();

private:
  /// A buffer of the arena: one name for each value that lies in it in turn.
  struct Buffer {
    Block *block = nullptr;     // that all its uses are in, or in blocks of
    Operation *first = nullptr; // of that block's operations, which touches it
    bool isLooped = false;      // it is written in a block within
    std::string name;           // of the value that it holds now; empty before it is declared
    std::string value;          // the same before it was made unique
  };

  void findBuffers();
  void countOffsets();
  std::string printOffset(AffineExpr offset, const Buffer &buffer);
  std::string nameValue(DestinationStyleOpInterface step, Value destination) const;
  std::string declare(memref::ViewOp view, Operation *first, const std::string &indent);
  std::string rename(DestinationStyleOpInterface launch, Value destination,
                     const std::string &indent);
  std::string getPointer(Value memref, bool isWritten) const {
    return getPointer(model.views[memref], isWritten);
  }
  std::string getPointer(const View &view, bool isWritten) const;
  std::string print(AffineExpr expression) const {
    return printAffine(expression, {}, model.facts.symbols).text;
  }
  std::string printShape(const View &view) const;
  std::string printFences() const;
  std::string printOpen(Value operand, bool isWritten, const std::string &indent) const;
  std::string printWeightPointers() const;
  std::string printLoop(scf::ForOp loop, const std::string &indent);
  std::string readElement(memref::LoadOp load) const;
  std::string printLoad(memref::LoadOp load, const std::string &indent);
  std::string printValue(Value value) const;
  std::string printDefine(kernel::DefineOp define, const std::string &indent) const;
  std::string printBranches(scf::IfOp branches, const std::string &indent);
  std::string printWhile(kernel::WhileOp condition, const std::string &indent) const;
  std::string printCall(Operation *launch, SmallVector<std::string> arguments,
                        const std::string &indent) const;
  std::string printSteps(Block &block, const std::string &indent);

  Model &model;
  const KernelCalls &calls;
  NameScope names;
  llvm::MapVector<Value, Buffer> buffers;    // by memref.view
  llvm::DenseMap<Value, std::string> loaded; // elements that `run` reads itself
  struct Offset {
    unsigned uses = 0;
    std::string name;
  };
  llvm::DenseMap<AffineExpr, Offset> offsets; // of buffers
  std::string offsetLines;                    // declares those that have names
};

} // namespace

/// A launch or a call of a routine, else null.
static DestinationStyleOpInterface getStep(Operation *op) {
  return kernel::isStep(op) ? cast<DestinationStyleOpInterface>(op) : DestinationStyleOpInterface();
}

/// What an operation reads and writes.
static SmallVector<Value> getMemrefs(Operation *op) {
  if (auto load = dyn_cast<memref::LoadOp>(op))
    return {load.getMemRef()};
  return getStep(op) ? llvm::to_vector(op->getOperands()) : SmallVector<Value>();
}

void RunPrinter::findBuffers() {
  model.function.walk([&](Operation *op) {
    for (Value memref : getMemrefs(op)) {
      Value base = model.views[memref].base;
      if (!base.getDefiningOp<memref::ViewOp>())
        continue;
      Buffer &buffer = buffers[base];
      if (!buffer.block) {
        buffer.block = op->getBlock();
        buffer.first = op;
      }
      while (!buffer.block->findAncestorOpInBlock(*op)) {
        buffer.first = buffer.block->getParentOp();
        buffer.block = buffer.first->getBlock();
      }
    }
  });
  model.function.walk([&](DestinationStyleOpInterface step) {
    if (getStep(step))
      for (Value init : step.getDpsInits())
        if (auto found = buffers.find(model.views[init].base); found != buffers.end())
          found->second.isLooped |= step->getBlock() != found->second.block;
  });
}

void RunPrinter::countOffsets() {
  for (auto &[base, buffer] : buffers)
    ++offsets[model.views.getIndex(base.getDefiningOp<memref::ViewOp>().getByteShift())].uses;
}

/// Where `buffer` lies. Offsets that depend on dims are long: one that several buffers have, or
/// that is a maximum, is computed once, and named after the first of them.
std::string RunPrinter::printOffset(AffineExpr offset, const Buffer &buffer) {
  Offset &known = offsets[offset];
  if (!known.name.empty())
    return known.name;
  std::string text = print(offset);
  auto symbol = dyn_cast<AffineSymbolExpr>(offset);
  if (symbol && symbol.getPosition() >= model.dims.size())
    text = model.printLocal(
        model.views.getIndices().getLocals()[symbol.getPosition() - model.dims.size()]);
  else if (symbol || isa<AffineConstantExpr>(offset) || known.uses == 1)
    return text;
  known.name = names.add(buffer.value + "_offset");
  offsetLines += wrapCode("  const Index " + known.name + " = " + text + ";") + "\n";
  return known.name;
}

/// What a step puts into `destination`, as the name of a value.
std::string RunPrinter::nameValue(DestinationStyleOpInterface step, Value destination) const {
  const LaunchNames &launchNames = calls.calls.find(step)->second.names;
  unsigned number = llvm::find(step.getDpsInits(), destination) - step.getDpsInits().begin();
  std::string name = getResultName(step->getLoc(), number);
  if (kernel::getScratch(step) == destination)
    name = launchNames.function + "_scratch";
  else if (number > 0 && isa<kernel::LaunchOpInterface>(*step)) // what others of its nodes gave
    name = getResultName(destination.getLoc());
  if (launchNames.isLayoutCopy) {
    const View &source = model.views[step.getDpsInputs()[0]];
    if (auto argument = dyn_cast<BlockArgument>(source.base))
      name = toShortIdentifier(model.arguments[argument.getArgNumber()].onnxName);
    else if (auto found = buffers.find(source.base); found != buffers.end())
      name = found->second.value;
    for (StringRef suffix : {"_nhwc", "_nchw", "_transposed"})
      if (StringRef(name).ends_with(suffix))
        name = StringRef(name).drop_back(suffix.size()).str();
  }
  if (name.empty())
    name = "buffer";
  return launchNames.layout.empty() ? name : name + "_" + launchNames.layout;
}

std::string RunPrinter::printShape(const View &view) const {
  std::string text;
  for (AffineExpr extent : view.extents)
    text += (text.empty() ? "" : ",") + printAffine(extent, {}, model.facts.dimNames).text;
  return "[" + text + "]";
}

/// The buffer before the first operation that touches it. A launch that writes all of it names it;
/// of parts, and where loops write it, the buffer's own location knows the whole.
std::string RunPrinter::declare(memref::ViewOp view, Operation *first, const std::string &indent) {
  Buffer &buffer = buffers[view];
  DestinationStyleOpInterface writer = getStep(first);
  bool isWhole =
      writer && llvm::is_contained(writer.getDpsInits(), view.getResult()) && !buffer.isLooped;
  buffer.value = isWhole ? nameValue(writer, view) : getResultName(view.getLoc());
  if (buffer.value.empty())
    buffer.value = "buffer";
  buffer.name = names.add(names.has(buffer.value) ? buffer.value + "_out" : buffer.value);
  std::string type = getElementType(view.getType().getElementType());
  std::string offset = printOffset(model.views.getIndex(view.getByteShift()), buffer);
  std::string line =
      formatv("{0}{1} *{2} = at<{1}>(arena, {3});", indent, type, buffer.name, offset).str();
  return wrapCode(line + " // " + printShape(model.views[view])) + "\n";
}

/// A launch that writes over all of a buffer puts another value there, which has a name of its own.
std::string RunPrinter::rename(DestinationStyleOpInterface launch, Value destination,
                               const std::string &indent) {
  const View &written = model.views[destination];
  auto found = buffers.find(written.base);
  // In a loop, what is written is read by the next step under the name that it has before the loop.
  if (found == buffers.end() || found->second.isLooped || found->second.block != launch->getBlock())
    return "";
  const View &whole = model.views[written.base];
  auto count = [&](const View &view) {
    AffineExpr elements = getAffineConstantExpr(1, launch->getContext());
    for (AffineExpr extent : view.extents)
      elements = elements * extent;
    return elements;
  };
  Buffer &buffer = found->second;
  std::string value = nameValue(launch, destination);
  if (written.offset != getAffineConstantExpr(0, launch->getContext()) ||
      count(written) != count(whole) || value == buffer.value)
    return "";
  std::string before = buffer.name;
  buffer.value = value;
  buffer.name = names.add(names.has(value) ? value + "_out" : value);
  return formatv("{0}{1} *{2} = {3}; // in its place\n", indent, getElementType(written.element),
                 buffer.name, before);
}

/// To the first element of `view`.
std::string RunPrinter::getPointer(const View &view, bool isWritten) const {
  std::string pointer, type = getElementType(view.element);
  if (auto argument = dyn_cast<BlockArgument>(view.base)) {
    const Argument &field = model.arguments[argument.getArgNumber()];
    pointer = "args." + field.name;
    // Unsigned integers and halves are other types in C than in the kernels.
    if (spellElementType(field.element).c != type)
      pointer = formatv("reinterpret_cast<{0}{1} *>({2})",
                        isWritten || field.isOutput ? "" : "const ", type, pointer);
  } else if (auto weight = view.base.getDefiningOp<kernel::WeightOp>()) {
    pointer = model.weights[model.weightIndex.lookup(weight.getWeights())].name;
  } else {
    pointer = buffers.find(view.base)->second.name;
  }
  return makeOffset(pointer, printAffine(view.offset, {}, model.facts.symbols)).text;
}

/// What the address sanitizer must know for the whole call.
std::string RunPrinter::printFences() const {
  std::string text;
  if (!buffers.empty())
    text += formatv("  const ArenaGuard guard(arena, {0}_arena_bytes(&args));\n", model.name).str();
  if (model.hasWeightGaps())
    for (const Weight &weight : model.weights)
      text +=
          formatv("  fenceWeight({0}, {1}, {2});\n", weight.name, weight.bytes, weight.gap()).str();
  return text;
}

/// And for one operand of a launch; nothing unless it lies in the arena.
std::string RunPrinter::printOpen(Value operand, bool isWritten, const std::string &indent) const {
  const View &view = model.views[operand];
  if (!view.base.getDefiningOp<memref::ViewOp>())
    return "";
  auto printAll = [&](ArrayRef<AffineExpr> values) {
    std::string text;
    for (AffineExpr value : values)
      text += (text.empty() ? "" : ", ") + print(value);
    return "{" + (text.empty() ? "1" : text) + "}";
  };
  return wrapList(indent + "guard.open(",
                  {getPointer(operand, isWritten), printAll(view.extents), printAll(view.strides)},
                  ");") +
         "\n";
}

/// Where the weights of NAME.weights lie.
std::string RunPrinter::printWeightPointers() const {
  std::string text;
  for (const Weight &weight : model.weights)
    if (weight.isRead)
      text += wrapCode(formatv("  const {1} *{0} = at<{1}>(args.{2}, {3});", weight.name,
                               weight.type, model.weightsField, weight.offset)
                           .str()) +
              "\n";
  return text;
}

std::string RunPrinter::printLoop(scf::ForOp loop, const std::string &indent) {
  auto printIndex = [&](Value index) { return print(model.views.getIndex(index)); };
  llvm::APInt most;
  bool isEndless =
      matchPattern(loop.getUpperBound(), m_ConstantInt(&most)) && most.isMaxSignedValue();
  std::string head =
      isEndless ? indent + "for (;;) {\n"
                : formatv("{0}for (Index {1} = {2}; {1} < {3}; ++{1}) {{\n", indent,
                          printIndex(loop.getInductionVar()), printIndex(loop.getLowerBound()),
                          printIndex(loop.getUpperBound()));
  return head + printSteps(*loop.getBody(), indent + "  ") + indent + "}\n";
}

std::string RunPrinter::readElement(memref::LoadOp load) const {
  View element = model.views[load.getMemRef()];
  for (auto [stride, index] : llvm::zip_equal(element.strides, load.getIndices()))
    element.offset = element.offset + stride * model.views.getIndex(index);
  std::string pointer = getPointer(element, false);
  return StringRef(pointer).contains(' ') ? "*(" + pointer + ")" : "*" + pointer;
}

/// The dim that a loaded element is at once made the value of.
static kernel::DefineOp getDefined(memref::LoadOp load) {
  auto define = dyn_cast_or_null<kernel::DefineOp>(load->getNextNode());
  return define && define.getCount() == load.getResult() && load->hasOneUse() ? define : nullptr;
}

/// An element is read where the load stands, as the buffer may hold something else where its value
/// is used.
std::string RunPrinter::printLoad(memref::LoadOp load, const std::string &indent) {
  std::string element = readElement(load), text;
  if (model.options->sanitize && !buffers.empty())
    text = indent + "guard.close();\n" + printOpen(load.getMemRef(), false, indent);
  if (getDefined(load)) {
    loaded[load] = element;
    return text;
  }
  bool isFlag = load.getType().isInteger(1);
  std::string name = names.add(isFlag ? "condition" : "count");
  loaded[load] = name;
  return text + indent + "const " + (isFlag ? "bool " : "int64_t ") + name + " = " + element +
         ";\n";
}

std::string RunPrinter::printValue(Value value) const {
  if (auto found = loaded.find(value); found != loaded.end())
    return found->second;
  // A constant that nothing has folded.
  llvm::APInt constant;
  bool isKnown = matchPattern(value, m_ConstantInt(&constant));
  if (value.getType().isInteger(1))
    return isKnown && !constant.isZero() ? "true" : "false";
  return std::to_string(isKnown ? constant.getSExtValue() : 0);
}

/// The value of a dim, and the check of what memory was planned for.
std::string RunPrinter::printDefine(kernel::DefineOp define, const std::string &indent) const {
  const Dim &dim = model.dims[define.getSymbol()];
  const std::string &name = model.facts.symbols[define.getSymbol()];
  std::string few = dim.min ? formatv("{0} < {1} || ", name, dim.min).str() : "";
  std::string text =
      formatv("{0}const Index {1} = Index({2});\n", indent, name, printValue(define.getCount()));
  text += formatv("{0}if ({1}{2} > {3})\n{0}  return ONNXCC_EEXTENT;\n", indent, few, name,
                  print(dim.bound));
  if (dim.isField)
    text += formatv("{0}args.{1} = {2};\n", indent, dim.name, name);
  return text;
}

/// The end of a loop. After a failure what the data says is anything, so that it might not end.
std::string RunPrinter::printWhile(kernel::WhileOp condition, const std::string &indent) const {
  bool mayFail = false;
  condition->getParentOp()->walk([&](Operation *step) {
    auto call = calls.calls.find(step);
    mayFail |= call != calls.calls.end() && calls.functions[call->second.function].code.mayFail;
  });
  return indent + "if (" + (mayFail ? "call.code || " : "") + "!" +
         printValue(condition.getCondition()) + ")\n" + indent + "  break;\n";
}

std::string RunPrinter::printBranches(scf::IfOp branches, const std::string &indent) {
  std::string condition = printValue(branches.getCondition());
  std::string then = printSteps(*branches.thenBlock(), indent + "  ");
  std::string otherwise =
      branches.elseBlock() ? printSteps(*branches.elseBlock(), indent + "  ") : "";
  return indent + "if (" + condition + ") {\n" + then +
         (otherwise.empty() ? "" : indent + "} else {\n" + otherwise) + indent + "}\n";
}

/// A launch's call with its buffers as `arguments`.
std::string RunPrinter::printCall(Operation *launch, SmallVector<std::string> arguments,
                                  const std::string &indent) const {
  const KernelCall &call = calls.calls.find(launch)->second;
  const KernelFunction &function = calls.functions[call.function];
  arguments.insert(arguments.begin(), "call");
  llvm::append_range(arguments, call.constants);
  for (unsigned dim : function.code.dims)
    arguments.push_back(model.facts.symbols[dim]);
  std::string line = wrapList(indent + function.name + "(", arguments, ");");
  // Of a function that several nodes call the arguments tell which node this is, or a comment does.
  bool isTold = function.otherLaunches.empty() || call.names.isLayoutCopy ||
                llvm::any_of(arguments, [&](StringRef argument) {
                  return argument.starts_with(call.names.function + "_");
                });
  std::string comment = " // " + call.names.nodes;
  if (!isTold && line.size() - line.rfind('\n') + comment.size() <= kLineWidth + 1)
    line += comment;
  line += "\n";
  if (model.options->profile)
    line = formatv("{2}profile(call, {0}, false);\n{1}{2}profile(call, {0}, true);\n", call.index,
                   line, indent);
  return line;
}

/// The operations of a block in order, loops and branches included.
std::string RunPrinter::printSteps(Block &block, const std::string &indent) {
  llvm::DenseMap<Operation *, SmallVector<memref::ViewOp>> declared;
  for (auto &[view, buffer] : buffers)
    if (buffer.block == &block)
      declared[buffer.first].push_back(view.getDefiningOp<memref::ViewOp>());
  std::string text;
  for (Operation &op : block) {
    DestinationStyleOpInterface step = getStep(&op);
    SmallVector<memref::ViewOp> here = declared.lookup(&op);
    for (memref::ViewOp view : here)
      text += declare(view, &op, indent);
    if (auto loop = dyn_cast<scf::ForOp>(op))
      text += printLoop(loop, indent);
    if (auto load = dyn_cast<memref::LoadOp>(op))
      text += printLoad(load, indent);
    if (auto branches = dyn_cast<scf::IfOp>(op))
      text += printBranches(branches, indent);
    if (auto define = dyn_cast<kernel::DefineOp>(op))
      text += printDefine(define, indent);
    if (auto condition = dyn_cast<kernel::WhileOp>(op))
      text += printWhile(condition, indent);
    if (!step)
      continue;
    // What is read bears its old name, what is written over it its new one.
    SmallVector<std::string> arguments;
    std::string fences = indent + "guard.close();\n";
    for (Value input : step.getDpsInputs()) {
      arguments.push_back(getPointer(input, false));
      fences += printOpen(input, false, indent);
    }
    for (Value init : step.getDpsInits()) {
      text += rename(step, init, indent);
      arguments.push_back(getPointer(init, true));
      fences += printOpen(init, true, indent);
    }
    if (model.options->sanitize && !buffers.empty())
      text += fences;
    text += printCall(step, std::move(arguments), indent);
  }
  return text;
}

std::string RunPrinter::print() {
  findBuffers();
  countOffsets();
  std::string steps = printSteps(model.function.getBody().front(), "  ");
  std::string body = offsetLines + (model.options->sanitize ? printFences() : "");
  if (model.hasWeightFile())
    body += printWeightPointers();
  body += steps;
  body = model.printLocals(body) + body;
  std::string dims;
  for (auto [k, dim] : llvm::enumerate(model.dims))
    if (!dim.isComputed() && mentions(body, model.facts.symbols[k]))
      dims += "  const Index " + model.facts.symbols[k] + " = args." + dim.name + ";\n";
  bool mayFail = llvm::any_of(calls.functions,
                              [](const KernelFunction &function) { return function.code.mayFail; });
  std::string arena = buffers.empty() ? "char *" : "char *arena";
  return "int run(" + model.getArgsType() + " &args, " + arena + ", const onnxcc_env *env) {\n" +
         dims + "  Call call{env};\n" + body + "  return " + (mayFail ? "call.code" : "ONNXCC_OK") +
         ";\n}\n";
}

std::string printRun(Model &model, const KernelCalls &calls, const NameScope &names) {
  return RunPrinter(model, calls, names).print();
}

} // namespace onnxcc
