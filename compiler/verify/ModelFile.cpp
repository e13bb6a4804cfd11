// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The model's file, and what verification derives from it: see ModelFile.h.
#include "compiler/verify/ModelFile.h"

#include "compiler/driver/Process.h"
#include "compiler/import/Tensors.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <onnx/defs/parser.h>
#include <onnx/onnx_pb.h>

using namespace llvm;

namespace onnxcc {

ModelFile::ModelFile() : proto(std::make_unique<::onnx::ModelProto>()) {}
ModelFile::ModelFile(ModelFile &&) = default;
ModelFile::~ModelFile() = default;

/// Adds the values that `graph` uses and does not define.
static void addCaptured(const ::onnx::GraphProto &graph, llvm::StringSet<> defined,
                        std::vector<std::string> &captured) {
  for (const auto &input : graph.input())
    defined.insert(input.name());
  for (const auto &tensor : graph.initializer())
    defined.insert(tensor.name());
  auto use = [&](const std::string &name) {
    if (!name.empty() && !defined.contains(name) && !llvm::is_contained(captured, name))
      captured.push_back(name);
  };
  for (const auto &node : graph.node()) {
    for (const std::string &input : node.input())
      use(input);
    for (const auto &attribute : node.attribute()) {
      if (attribute.has_g())
        addCaptured(attribute.g(), defined, captured);
      for (const auto &body : attribute.graphs())
        addCaptured(body, defined, captured);
    }
    for (const std::string &output : node.output())
      defined.insert(output);
  }
  for (const auto &output : graph.output())
    use(output.name());
}

static ModelFile::Node describe(const ::onnx::NodeProto &proto, int index) {
  ModelFile::Node node;
  node.op = proto.op_type();
  node.name = proto.name().empty() ? node.op + "_" + std::to_string(index) : proto.name();
  for (const std::string &input : proto.input())
    if (!input.empty() && !llvm::is_contained(node.inputs, input))
      node.inputs.push_back(input);
  for (const auto &attribute : proto.attribute()) {
    if (attribute.has_g())
      addCaptured(attribute.g(), {}, node.inputs);
    for (const auto &body : attribute.graphs())
      addCaptured(body, {}, node.inputs);
  }
  for (const std::string &output : proto.output())
    if (!output.empty())
      node.outputs.push_back(output);
  return node;
}

LogicalResult ModelFile::read(StringRef file) {
  path = file.str();
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return failCommand("cannot read '" + path + "': " + buffer.getError().message());
  StringRef text = (*buffer)->getBuffer();
  if (file.ends_with(".onnxtxt")) {
    ::onnx::OnnxParser parser(text.data()); // ends in a zero
    if (!parser.Parse(*proto).IsOK())
      return failCommand("'" + path + "' holds no model in text form");
  } else if (!proto->ParseFromArray(text.data(), text.size())) {
    return failCommand("'" + path + "' holds no ModelProto");
  }
  for (const auto &[index, node] : enumerate(proto->graph().node()))
    nodeList.push_back(describe(node, index));
  return success();
}

std::vector<std::string> ModelFile::outputs() const {
  std::vector<std::string> names;
  for (const auto &output : proto->graph().output())
    names.push_back(output.name());
  return names;
}

static LogicalResult writeModel(StringRef path, const ::onnx::ModelProto &model) {
  std::string bytes;
  if (!model.SerializeToString(&bytes))
    return failCommand("the model for '" + path + "' is too large for one file");
  return checkCommand(writeFile(path, bytes, path));
}

static StringRef getLocation(const ::onnx::TensorProto &tensor) {
  for (const auto &entry : tensor.external_data())
    if (entry.key() == "location")
      return entry.value();
  return {};
}

LogicalResult ModelFile::writeWithOutputs(StringRef to, ArrayRef<std::string> values) const {
  ::onnx::ModelProto model = *proto;
  llvm::StringSet<> given;
  for (const auto &output : model.graph().output())
    given.insert(output.name());
  for (const std::string &value : values)
    if (given.insert(value).second)
      model.mutable_graph()->add_output()->set_name(value); // ONNX Runtime infers its type
  llvm::StringSet<> linked;
  for (const auto &tensor : model.graph().initializer()) {
    StringRef location = getLocation(tensor);
    if (location.empty() || !linked.insert(location).second)
      continue;
    SmallString<128> from(sys::path::parent_path(path)), beside(sys::path::parent_path(to));
    if (Error error = importer::checkLocation(from, location))
      return failCommand("'" + path + "': initializer '" + tensor.name() + "' " +
                         toString(std::move(error)));
    sys::path::append(from, location);
    sys::path::append(beside, location);
    sys::fs::create_directories(sys::path::parent_path(beside));
    if (sys::fs::create_hard_link(from, beside))
      if (std::error_code code = sys::fs::copy_file(from, beside))
        return failCommand("cannot copy '" + from + "': " + code.message());
  }
  return writeModel(to, model);
}

/// Puts external data into the tensor itself.
LogicalResult ModelFile::readExternal(::onnx::TensorProto &tensor) const {
  uint64_t offset = 0, length = 0;
  for (const auto &entry : tensor.external_data())
    if (entry.key() == "offset" || entry.key() == "length")
      StringRef(entry.value()).getAsInteger(10, entry.key() == "offset" ? offset : length);
  SmallString<128> from(sys::path::parent_path(path));
  sys::path::append(from, getLocation(tensor));
  ErrorOr<std::unique_ptr<MemoryBuffer>> file =
      MemoryBuffer::getFile(from, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!file)
    return failCommand("cannot read '" + from + "': " + file.getError().message());
  StringRef bytes = (*file)->getBuffer();
  if (offset > bytes.size())
    return failCommand("'" + from + "' is too short");
  bytes = bytes.drop_front(offset);
  tensor.set_raw_data(length ? bytes.take_front(length).str() : bytes.str());
  tensor.clear_external_data();
  tensor.set_data_location(::onnx::TensorProto::DEFAULT);
  return success();
}

/// Copies an initializer, or a Constant node. \returns whether `name` is one.
bool ModelFile::addConstant(const std::string &name, ::onnx::GraphProto &graph) const {
  for (const auto &tensor : proto->graph().initializer())
    if (tensor.name() == name) {
      *graph.add_initializer() = tensor;
      return true;
    }
  for (const auto &tensor : proto->graph().sparse_initializer())
    if (tensor.values().name() == name) {
      *graph.add_sparse_initializer() = tensor;
      return true;
    }
  for (const auto &node : proto->graph().node())
    if (node.op_type() == "Constant" && node.output_size() && node.output(0) == name) {
      *graph.add_node() = node;
      return true;
    }
  return false;
}

static void setType(::onnx::ValueInfoProto &info, const HostTensor &tensor) {
  auto *type = info.mutable_type()->mutable_tensor_type();
  type->set_elem_type(tensor.element);
  auto *shape = type->mutable_shape();
  for (int64_t extent : tensor.shape)
    shape->add_dim()->set_dim_value(extent);
}

/// Shapes, axes, starts and ends: lowerings want to know such operands.
static bool looksLikeShape(const HostTensor &tensor) {
  bool isInteger = tensor.element == 6 || tensor.element == 7; // int32, int64
  return isInteger && tensor.shape.size() <= 1 && tensor.size() <= 16;
}

LogicalResult ModelFile::writeNode(StringRef to, size_t index, const StringMap<HostTensor> &values,
                                   std::vector<std::string> &inputs) const {
  ::onnx::ModelProto model;
  model.set_ir_version(proto->ir_version());
  *model.mutable_opset_import() = proto->opset_import();
  *model.mutable_functions() = proto->functions();
  ::onnx::GraphProto &graph = *model.mutable_graph();
  graph.set_name("node");
  llvm::StringSet<> fromOutside;
  for (const auto &input : proto->graph().input())
    fromOutside.insert(input.name());
  for (const std::string &name : nodeList[index].inputs) {
    if (addConstant(name, graph))
      continue;
    auto found = values.find(name);
    if (found == values.end())
      return failCommand("the reference gives no value for '" + name + "'");
    const HostTensor &tensor = found->second;
    if (looksLikeShape(tensor) && !fromOutside.contains(name)) {
      ::onnx::TensorProto &constant = *graph.add_initializer();
      constant.set_name(name);
      constant.set_data_type(tensor.element);
      for (int64_t extent : tensor.shape)
        constant.add_dims(extent);
      constant.set_raw_data(tensor.bytes.data(), tensor.bytes.size());
      continue;
    }
    inputs.push_back(name);
    ::onnx::ValueInfoProto &info = *graph.add_input();
    info.set_name(name);
    setType(info, tensor);
  }
  for (::onnx::TensorProto &tensor : *graph.mutable_initializer())
    if (tensor.data_location() == ::onnx::TensorProto::EXTERNAL && failed(readExternal(tensor)))
      return failure();
  *graph.add_node() = proto->graph().node(index);
  for (const std::string &name : nodeList[index].outputs) {
    auto found = values.find(name);
    if (found == values.end())
      continue; // nobody uses it
    ::onnx::ValueInfoProto &info = *graph.add_output();
    info.set_name(name);
    setType(info, found->second);
  }
  return writeModel(to, model);
}

} // namespace onnxcc
