// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Step 1: maps the file and parses it without its large tensors.
#include "compiler/import/Model.h"
#include "compiler/import/WireFormat.h"

#include "onnx/defs/parser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include <openssl/sha.h>

using namespace mlir;

namespace onnxcc::importer {

/// Reports the text parser's message, "[ParseError at position (line: 3 column: 7)]\nError context:
/// …\n…", at its place.
static LogicalResult reportSyntax(Model &model, StringRef message) {
  unsigned line = 0, column = 0;
  StringRef place = message.split("(line: ").second;
  place.consumeInteger(10, line);
  place.consume_front(" column: ");
  place.consumeInteger(10, column);
  model.failed = true;
  return emitError(FileLineColLoc::get(&model.context, model.path, line, column))
         << "not an ONNX model: " << message.rtrim().rsplit('\n').second;
}

static LogicalResult parseText(Model &model, StringRef text) {
  std::string terminated = text.str();
  ::onnx::OnnxParser parser(terminated.c_str());
  ::onnx::Common::Status status = parser.Parse(model.proto);
  if (!status.IsOK())
    return reportSyntax(model, status.ErrorMessage());
  return success();
}

static LogicalResult parseBinary(Model &model, StringRef bytes, std::shared_ptr<void> owner) {
  if (bytes.empty())
    return model.error() << "not an ONNX model: the file is empty";
  auto keep = [&](StringRef body) {
    model.payloads.push_back({ArrayRef(body.data(), body.size()), owner});
    return model.payloads.size() - 1;
  };
  llvm::Expected<std::string> stripped = stripLargeTensors(bytes, keep);
  if (!stripped)
    return model.error() << "not an ONNX model: " << llvm::toString(stripped.takeError());
  if (!model.proto.ParseFromString(*stripped))
    return model.error() << "not an ONNX model: a field has the wrong form";
  return success();
}

/// The opsets that the model imports, each domain once.
static LogicalResult collectOpsets(Model &model) {
  auto &imports = *model.proto.mutable_opset_import();
  // Before IR version 3 there was one opset, which nobody had to import.
  if (imports.empty() && model.proto.ir_version() < 3)
    imports.Add()->set_version(1);
  for (int i = 0; i < imports.size();) {
    auto [entry, isNew] = model.opsets.try_emplace(imports[i].domain(), imports[i].version());
    if (isNew) {
      ++i;
      continue;
    }
    if (entry->second != imports[i].version())
      model.error() << "the model imports opsets " << entry->second << " and "
                    << imports[i].version() << " of domain '"
                    << (entry->first.empty() ? "ai.onnx" : entry->first) << "'";
    imports.DeleteSubrange(i, 1);
  }
  return model.result();
}

/// The default domain has two names; from here on it has one.
static void normalizeDomains(Model &model) {
  auto normalize = [](auto &message) { message.set_domain(normalDomain(message.domain()).str()); };
  auto normalizeNode = [&](::onnx::NodeProto &node) { normalize(node); };
  for (auto &import : *model.proto.mutable_opset_import())
    normalize(import);
  forEachNode(*model.proto.mutable_graph(), normalizeNode);
  for (::onnx::FunctionProto &function : *model.proto.mutable_functions()) {
    for (auto &import : *function.mutable_opset_import())
      normalize(import);
    for (::onnx::NodeProto &node : *function.mutable_node()) {
      forEachSubgraph(node, [&](auto &subgraph) { forEachNode(subgraph, normalizeNode); });
      normalize(node);
    }
  }
}

/// SHA-256 as sha256sum prints it.
static std::string hash(StringRef bytes) {
  std::array<uint8_t, SHA256_DIGEST_LENGTH> digest;
  SHA256(bytes.bytes_begin(), bytes.size(), digest.data());
  return llvm::toHex(digest, /*LowerCase=*/true);
}

LogicalResult scan(Model &model) {
  std::shared_ptr<llvm::MemoryBuffer> file;
  if (std::optional<StringRef> given = model.source.bytes) {
    file = llvm::MemoryBuffer::getMemBuffer(*given, model.path, /*RequiresNullTerminator=*/false);
  } else {
    auto buffer = llvm::MemoryBuffer::getFile(model.path, /*IsText=*/false,
                                              /*RequiresNullTerminator=*/false);
    if (!buffer)
      return model.error() << "cannot read the file: " << buffer.getError().message();
    file = std::move(*buffer);
    if (model.options.filesRead)
      model.options.filesRead->push_back(model.path);
  }
  StringRef bytes = file->getBuffer();
  if (bytes.size() > INT_MAX)
    return model.error() << "not an ONNX model: it is larger than the 2 GiB that protobuf allows; "
                            "store the weights as external data";
  model.sha256 = hash(bytes);

  bool text = StringRef(model.path).ends_with(".onnxtxt");
  if (failed(text ? parseText(model, bytes) : parseBinary(model, bytes, file)))
    return failure();
  if (!model.proto.has_graph())
    return model.error() << "not an ONNX model: it has no graph";
  normalizeDomains(model);
  nameNodes(model);
  return collectOpsets(model);
}

} // namespace onnxcc::importer
