// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Diagnostics as data, and as a C compiler prints them: see Diagnostics.h.
#include "compiler/Diagnostics.h"

#include "dialects/support/Locations.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/MLIRContext.h"

using namespace mlir;

namespace onnxcc {

//===- Text ------------------------------------------------------------------===//

static StringRef getName(Diagnostic::Severity severity) {
  switch (severity) {
  case Diagnostic::Severity::Error:
    return "error";
  case Diagnostic::Severity::Warning:
    return "warning";
  case Diagnostic::Severity::Remark:
    return "remark";
  case Diagnostic::Severity::Note:
    return "note";
  }
  llvm_unreachable("all severities are listed");
}

/// "node 'fc' (MatMul, opset 13): "; the nodes of a fused operation are joined by " + ".
static void printNodes(ArrayRef<Diagnostic::Node> nodes, raw_ostream &out) {
  constexpr size_t most = 4;
  if (nodes.empty())
    return;
  out << (nodes.size() == 1 ? "node " : "nodes ");
  for (auto [index, node] : enumerate(nodes.take_front(most))) {
    out << (index ? " + " : "") << "'" << node.name << "'";
    if (!node.op.empty())
      out << " (" << node.op << ")";
  }
  if (nodes.size() > most)
    out << " and " << nodes.size() - most << " more";
  out << ": ";
}

void Diagnostic::print(raw_ostream &out) const {
  out << (file.empty() ? "onnxcc" : file);
  if (line)
    out << ":" << line << ":" << column;
  out << ": " << getName(severity) << ": ";
  printNodes(nodes, out);
  out << message << "\n" << details;
  for (const Diagnostic &note : notes)
    note.print(out);
}

//===- From MLIR -------------------------------------------------------------===//

static FileLineColLoc findFile(Location loc) {
  FileLineColLoc file;
  loc->walk([&](Location part) {
    file = dyn_cast<FileLineColLoc>(part);
    return file ? WalkResult::interrupt() : WalkResult::advance();
  });
  return file;
}

/// MLIR starts an operation's errors with "'graph.matmul' op "; a user knows the node, not our
/// operation.
static StringRef dropOperation(StringRef message) {
  if (!message.consume_front("'"))
    return message;
  size_t end = message.find("' op ");
  return end == StringRef::npos ? message : message.drop_front(end + 5);
}

static Diagnostic::Severity getSeverity(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Note:
    return Diagnostic::Severity::Note;
  case DiagnosticSeverity::Warning:
    return Diagnostic::Severity::Warning;
  case DiagnosticSeverity::Error:
    return Diagnostic::Severity::Error;
  case DiagnosticSeverity::Remark:
    return Diagnostic::Severity::Remark;
  }
  llvm_unreachable("all severities are listed");
}

/// Without its notes.
static Diagnostic convert(mlir::Diagnostic &from, StringRef model) {
  Diagnostic diagnostic;
  diagnostic.severity = getSeverity(from.getSeverity());
  FileLineColLoc place = findFile(from.getLocation());
  bool isNamed = place && !place.getFilename().empty();
  diagnostic.file = (isNamed ? place.getFilename().getValue() : model).str();
  if (place) {
    diagnostic.line = place.getLine();
    diagnostic.column = place.getLine() ? place.getColumn() : 0;
  }
  for (const NodeOrigin &origin : getOrigins(from.getLocation()))
    diagnostic.nodes.push_back({origin.node.str(), origin.op.str()});
  std::string message = from.str();
  diagnostic.message = diagnostic.nodes.empty() ? message : dropOperation(message).str();
  return diagnostic;
}

//===- Diagnostics -----------------------------------------------------------===//

Diagnostics::Diagnostics(DiagnosticHandler handler, DiagnosticSettings settings)
    : handler(std::move(handler)), settings(settings) {}

Diagnostics::~Diagnostics() {
  if (context)
    context->getDiagEngine().eraseHandler(registered);
}

void Diagnostics::listen(MLIRContext &where, StringRef model) {
  context = &where;
  file = model.str();
  registered = where.getDiagEngine().registerHandler(
      [this](mlir::Diagnostic &diagnostic) { handle(diagnostic); });
}

void Diagnostics::handle(mlir::Diagnostic &from) {
  Diagnostic diagnostic = convert(from, file);
  for (mlir::Diagnostic &note : from.getNotes())
    // MLIR's own note shows the operation's IR, which is of no use to someone who wrote a model.
    if (!StringRef(note.str()).starts_with("see current operation"))
      diagnostic.notes.push_back(convert(note, file));
  if (diagnostic.severity == Diagnostic::Severity::Warning) {
    if (settings.noWarnings)
      return;
    if (settings.warningsAreErrors)
      diagnostic.severity = Diagnostic::Severity::Error;
  }
  report(diagnostic);
}

void Diagnostics::report(const Diagnostic &diagnostic) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  diagnostic.print(stream);
  if (!reported.insert(text).second)
    return;
  bool isModel = diagnostic.subject == Diagnostic::Subject::Model;
  if (diagnostic.severity == Diagnostic::Severity::Error) {
    failure = diagnostic.subject;
    errors += isModel;
  }
  if (diagnostic.severity == Diagnostic::Severity::Warning)
    warnings += isModel;
  if (handler)
    handler(diagnostic);
}

LogicalResult Diagnostics::fail(Diagnostic::Subject subject, const Twine &message,
                                std::string details) {
  Diagnostic diagnostic;
  diagnostic.subject = subject;
  diagnostic.message = message.str();
  diagnostic.details = std::move(details);
  report(diagnostic);
  return mlir::failure();
}

LogicalResult Diagnostics::fail(Diagnostic::Subject subject, llvm::Error error) {
  return fail(subject, llvm::toString(std::move(error)));
}

LogicalResult Diagnostics::check(Diagnostic::Subject subject, llvm::Error error) {
  return error ? fail(subject, std::move(error)) : success();
}

void Diagnostics::remark(Diagnostic::Subject subject, const Twine &message, std::string details) {
  Diagnostic diagnostic;
  diagnostic.severity = Diagnostic::Severity::Remark;
  diagnostic.subject = subject;
  diagnostic.message = message.str();
  diagnostic.details = std::move(details);
  report(diagnostic);
}

std::string Diagnostics::getSummary() const {
  auto count = [](unsigned number, StringRef noun) {
    return number ? std::to_string(number) + " " + noun.str() + (number == 1 ? "" : "s") : "";
  };
  if (errors + warnings == 0)
    return "";
  return count(warnings, "warning") + (warnings && errors ? " and " : "") + count(errors, "error") +
         " generated.\n";
}

} // namespace onnxcc
