// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Diagnostics as a C compiler's: see Diagnostics.h.
#include "compiler/Diagnostics.h"

#include "dialects/support/Locations.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/MLIRContext.h"

using namespace mlir;

namespace onnxcc {

DiagnosticPrinter::DiagnosticPrinter(MLIRContext *context, StringRef file, Settings settings,
                                     raw_ostream &out)
    : context(context), file(file.str()), settings(settings), out(out) {
  handler = context->getDiagEngine().registerHandler(
      [this](Diagnostic &diagnostic) { handle(diagnostic); });
}

DiagnosticPrinter::~DiagnosticPrinter() { context->getDiagEngine().eraseHandler(handler); }

static FileLineColLoc findFile(Location loc) {
  FileLineColLoc file;
  loc->walk([&](Location part) {
    file = dyn_cast<FileLineColLoc>(part);
    return file ? WalkResult::interrupt() : WalkResult::advance();
  });
  return file;
}

/// "node 'fc' (MatMul, opset 13): "; the nodes of a fused operation are joined by " + ".
static std::string formatOrigins(ArrayRef<NodeOrigin> origins) {
  if (origins.empty())
    return "";
  std::string text = origins.size() == 1 ? "node " : "nodes ";
  for (auto [index, origin] : enumerate(origins)) {
    if (index == 4) {
      text += " and " + std::to_string(origins.size() - index) + " more";
      break;
    }
    if (index)
      text += " + ";
    text += "'" + origin.node.str() + "'";
    if (!origin.op.empty())
      text += " (" + origin.op.str() + ")";
  }
  return text + ": ";
}

/// MLIR starts an operation's errors with "'graph.matmul' op "; a user knows the node, not our
/// operation.
static StringRef dropOperation(StringRef message) {
  if (!message.consume_front("'"))
    return message;
  size_t end = message.find("' op ");
  return end == StringRef::npos ? message : message.drop_front(end + 5);
}

static StringRef getSeverityName(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Note:
    return "note";
  case DiagnosticSeverity::Warning:
    return "warning";
  case DiagnosticSeverity::Error:
    return "error";
  case DiagnosticSeverity::Remark:
    return "remark";
  }
  llvm_unreachable("all severities are listed");
}

std::string DiagnosticPrinter::format(Diagnostic &diagnostic, DiagnosticSeverity severity) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  Location loc = diagnostic.getLocation();
  FileLineColLoc place = findFile(loc);
  stream << (place && !place.getFilename().empty() ? place.getFilename().getValue()
                                                   : StringRef(file));
  if (place && place.getLine())
    stream << ":" << place.getLine() << ":" << place.getColumn();
  SmallVector<NodeOrigin> origins = getOrigins(loc);
  std::string message = diagnostic.str();
  stream << ": " << getSeverityName(severity) << ": " << formatOrigins(origins)
         << (origins.empty() || !StringRef(message).starts_with("'") ? StringRef(message)
                                                                     : dropOperation(message));
  return text;
}

void DiagnosticPrinter::handle(Diagnostic &diagnostic) {
  DiagnosticSeverity severity = diagnostic.getSeverity();
  if (severity == DiagnosticSeverity::Warning) {
    if (settings.noWarnings)
      return;
    if (settings.warningsAreErrors)
      severity = DiagnosticSeverity::Error;
  }
  std::string text = format(diagnostic, severity);
  if (!printed.insert(text).second)
    return;
  if (severity == DiagnosticSeverity::Error)
    ++errors;
  if (severity == DiagnosticSeverity::Warning)
    ++warnings;
  out << text << "\n";
  for (Diagnostic &note : diagnostic.getNotes())
    // MLIR's own note shows the operation's IR, which is of no use to someone who wrote a model.
    if (std::string noteText = note.str();
        !StringRef(noteText).starts_with("see current operation"))
      out << format(note, DiagnosticSeverity::Note) << "\n";
}

void DiagnosticPrinter::printSummary() {
  auto count = [](unsigned number, StringRef noun) {
    return std::to_string(number) + " " + noun.str() + (number == 1 ? "" : "s");
  };
  if (errors + warnings == 0)
    return;
  out << (warnings ? count(warnings, "warning") : "") << (warnings && errors ? " and " : "")
      << (errors ? count(errors, "error") : "") << " generated.\n";
}

} // namespace onnxcc
