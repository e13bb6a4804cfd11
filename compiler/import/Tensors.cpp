// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Still step 1: checks every tensor's data, whatever its encoding, and moves large data out of the
// proto.
#include "compiler/import/Tensors.h"

#include "dialects/onnx/ElementTypes.h"
#include "dialects/onnx/Onnx.h"
#include "dialects/support/ConstantData.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using ::onnx::TensorProto;

namespace onnxcc::importer {

static_assert(llvm::endianness::native == llvm::endianness::little,
              "raw_data is used as it is stored, little-endian");

std::optional<size_t> getMarker(const TensorProto &tensor) {
  size_t number;
  if (tensor.data_location() == TensorProto::EXTERNAL)
    for (const auto &entry : tensor.external_data())
      if (entry.key() == kMarkerKey && !StringRef(entry.value()).getAsInteger(10, number))
        return number;
  return std::nullopt;
}

static void clearData(TensorProto &tensor) {
  tensor.clear_float_data();
  tensor.clear_int32_data();
  tensor.clear_int64_data();
  tensor.clear_double_data();
  tensor.clear_uint64_data();
  tensor.clear_raw_data();
  tensor.clear_external_data();
  tensor.clear_data_location();
}

void setMarker(TensorProto &tensor, size_t payload) {
  tensor.set_data_location(TensorProto::EXTERNAL);
  auto *entry = tensor.add_external_data();
  entry->set_key(kMarkerKey.str());
  entry->set_value(std::to_string(payload));
}

void setPayload(Model &model, TensorProto &tensor, Payload payload) {
  clearData(tensor);
  setMarker(tensor, model.payloads.size());
  model.payloads.push_back(std::move(payload));
}

unsigned getRawBits(int32_t dataType) {
  const onnx::ElementType *type = onnx::findElementType(dataType);
  return type ? type->bits : 0;
}

std::optional<int64_t> getNumElements(const google::protobuf::RepeatedField<int64_t> &dims) {
  // 16 bytes are the widest element; the product must fit with it.
  int64_t limit = std::numeric_limits<int64_t>::max() / 16, count = 1;
  bool zero = llvm::is_contained(dims, 0);
  for (int64_t dim : dims) {
    if (dim < 0)
      return std::nullopt;
    if (!zero && (llvm::MulOverflow(count, dim, count) || count > limit))
      return std::nullopt;
  }
  return zero ? 0 : count;
}

int64_t getRawBytes(int32_t dataType, int64_t count) {
  unsigned bits = getRawBits(dataType);
  // Not count * bits, which may overflow.
  return bits >= 8 ? count * (bits / 8) : count / 8 * bits + llvm::divideCeil(count % 8 * bits, 8);
}

/// Each value's low `Bytes` bytes, one after the other.
template <typename Values> static std::string narrow(const Values &values, unsigned bytes) {
  std::string out;
  out.reserve(values.size() * bytes);
  for (auto value : values)
    out.append(reinterpret_cast<const char *>(&value), bytes);
  return out;
}

std::string getInlineBytes(const TensorProto &tensor) {
  if (tensor.has_raw_data())
    return tensor.raw_data();
  switch (tensor.data_type()) {
  case TensorProto::FLOAT:
  case TensorProto::COMPLEX64:
    return narrow(tensor.float_data(), 4);
  case TensorProto::DOUBLE:
  case TensorProto::COMPLEX128:
    return narrow(tensor.double_data(), 8);
  case TensorProto::INT64:
    return narrow(tensor.int64_data(), 8);
  case TensorProto::UINT32:
    return narrow(tensor.uint64_data(), 4);
  case TensorProto::UINT64:
    return narrow(tensor.uint64_data(), 8);
  case TensorProto::FLOAT6E2M3:
  case TensorProto::FLOAT6E3M2: {
    // One element an entry here, a stream of six bits an element in raw_data.
    std::string out((tensor.int32_data_size() * 6 + 7) / 8, 0);
    for (int i = 0; i < tensor.int32_data_size(); ++i) {
      unsigned bits = (tensor.int32_data(i) & 0x3f) << (i * 6 % 8);
      out[i * 6 / 8] |= char(bits);
      if (bits >> 8)
        out[i * 6 / 8 + 1] |= char(bits >> 8);
    }
    return out;
  }
  default:
    return narrow(tensor.int32_data(), std::max(1u, getRawBits(tensor.data_type()) / 8));
  case TensorProto::INT2:
  case TensorProto::UINT2:
  case TensorProto::INT4:
  case TensorProto::UINT4:
  case TensorProto::FLOAT4E2M1: {
    // An entry holds a byte of packed elements; but the text form's have one element each.
    unsigned bits = getRawBits(tensor.data_type());
    int64_t count = getNumElements(tensor.dims()).value_or(0);
    if (tensor.int32_data_size() != count || getRawBytes(tensor.data_type(), count) == count)
      return narrow(tensor.int32_data(), 1);
    std::string out(getRawBytes(tensor.data_type(), count), 0);
    for (int64_t i = 0; i < count; ++i)
      out[i * bits / 8] |= char((tensor.int32_data(i) & ((1 << bits) - 1)) << (i * bits % 8));
    return out;
  }
  }
}

bool isUnpacked(int32_t dataType, ArrayRef<char> raw) {
  if (dataType == TensorProto::BOOL)
    return llvm::all_of(raw, [](char byte) { return byte == 0 || byte == 1; });
  return getRawBits(dataType) >= 8;
}

std::vector<char> unpack(int32_t dataType, int64_t count, ArrayRef<char> raw) {
  if (dataType == TensorProto::BOOL) {
    std::vector<char> out(raw.begin(), raw.begin() + count);
    for (char &byte : out)
      byte = byte != 0;
    return out;
  }
  unsigned bits = getRawBits(dataType);
  if (bits >= 8)
    return std::vector<char>(raw.begin(), raw.begin() + count * (bits / 8));
  std::vector<char> out(count);
  for (int64_t i = 0; i < count; ++i) {
    int64_t bit = i * bits;
    unsigned word = uint8_t(raw[bit / 8]);
    if (bit % 8 + bits > 8)
      word |= uint8_t(raw[bit / 8 + 1]) << 8;
    out[i] = char((word >> bit % 8) & ((1u << bits) - 1));
  }
  return out;
}

/// The inverse of unpack.
static std::string pack(int32_t dataType, ArrayRef<char> elements) {
  unsigned bits = getRawBits(dataType);
  if (bits >= 8)
    return std::string(elements.begin(), elements.end());
  std::string out(getRawBytes(dataType, elements.size()), 0);
  for (auto [index, element] : llvm::enumerate(elements)) {
    unsigned word = (uint8_t(element) & ((1u << bits) - 1)) << index * bits % 8;
    out[index * bits / 8] |= char(word);
    if (word >> 8)
      out[index * bits / 8 + 1] |= char(word >> 8);
  }
  return out;
}

/// Bytes with an owner of their own.
template <typename Bytes> static Payload own(Bytes bytes) {
  auto owner = std::make_shared<Bytes>(std::move(bytes));
  return {ArrayRef(owner->data(), owner->size()), owner};
}

namespace {
class Lifter {
public:
  explicit Lifter(Model &model) : model(model), seen(model.payloads.size()) {}

  void lift(TensorProto &tensor, function_ref<InFlightDiagnostic()> error);
  /// The dense tensor; nothing after an error.
  std::optional<TensorProto> densify(::onnx::SparseTensorProto &sparse,
                                     function_ref<InFlightDiagnostic()> error);
  void liftGraph(::onnx::GraphProto &graph);
  void liftNode(::onnx::NodeProto &node);

private:
  Model &model;
  /// Payloads whose tensor has been met: a file may not forge a marker.
  std::vector<bool> seen;
};
} // namespace

void Lifter::lift(TensorProto &tensor, function_ref<InFlightDiagnostic()> error) {
  std::optional<int64_t> count = getNumElements(tensor.dims());
  int32_t type = tensor.data_type();
  if (!count)
    return void(error() << "has a negative extent or too many elements");
  if (type == TensorProto::STRING) {
    if (tensor.string_data_size() != *count)
      error() << "has " << tensor.string_data_size() << " strings; its shape needs " << *count;
    return;
  }
  if (getRawBits(type) == 0)
    return void(error() << "has the unknown element type " << type);
  int64_t needed = getRawBytes(type, *count);

  Payload payload;
  if (std::optional<size_t> marker = getMarker(tensor)) {
    if (*marker >= seen.size() || seen[*marker])
      return void(error() << "has malformed external data");
    seen[*marker] = true;
    payload = model.payloads[*marker];
  } else if (tensor.data_location() == TensorProto::EXTERNAL) {
    llvm::Expected<Payload> external = readExternal(model, tensor, needed);
    if (!external)
      return void(error() << llvm::toString(external.takeError()));
    payload = *external;
  } else {
    std::string bytes =
        tensor.has_raw_data() ? std::move(*tensor.mutable_raw_data()) : getInlineBytes(tensor);
    clearData(tensor);
    payload = own(std::move(bytes));
  }
  if (int64_t(payload.bytes.size()) < needed)
    return void(error() << "has " << payload.bytes.size()
                        << " bytes of data; its type and shape need " << needed);
  payload.bytes = payload.bytes.take_front(needed);
  if (size_t(needed) <= kInlineLimit) {
    clearData(tensor);
    tensor.set_raw_data(payload.bytes.data(), payload.bytes.size());
    return;
  }
  if (!isUnpacked(type, payload.bytes))
    payload = own(unpack(type, *count, payload.bytes));
  setPayload(model, tensor, std::move(payload));
}

std::optional<TensorProto> Lifter::densify(::onnx::SparseTensorProto &sparse,
                                           function_ref<InFlightDiagnostic()> error) {
  bool ok = true;
  auto fail = [&] {
    ok = false;
    return error();
  };
  TensorProto &values = *sparse.mutable_values(), &indices = *sparse.mutable_indices();
  lift(values, fail);
  lift(indices, fail);
  if (!ok)
    return std::nullopt;
  TensorProto dense;
  dense.set_name(values.name());
  dense.set_data_type(values.data_type());
  *dense.mutable_dims() = sparse.dims();
  std::optional<int64_t> count = getNumElements(sparse.dims());
  if (values.data_type() == TensorProto::STRING || values.dims_size() != 1 ||
      indices.data_type() != TensorProto::INT64 || !count) {
    error() << "is not a well-formed sparse tensor";
    return std::nullopt;
  }
  // Room for the product is what the file asks for, not what it brings: bound it.
  constexpr int64_t kDenseLimit = int64_t(1) << 31;
  if (*count > kDenseLimit) {
    error() << "is too large to be stored densely";
    return std::nullopt;
  }
  auto bytesOf = [&](const TensorProto &tensor) {
    if (std::optional<size_t> marker = getMarker(tensor))
      return std::vector<char>(model.payloads[*marker].bytes.begin(),
                               model.payloads[*marker].bytes.end());
    return unpack(tensor.data_type(), *getNumElements(tensor.dims()), tensor.raw_data());
  };
  std::vector<char> from = bytesOf(values), at = bytesOf(indices);
  int64_t entries = values.dims(0), rank = sparse.dims_size();
  bool linear = indices.dims_size() == 1 && indices.dims(0) == entries;
  bool tuples = indices.dims_size() == 2 && indices.dims(0) == entries && indices.dims(1) == rank;
  if (!linear && !tuples) {
    error() << "has indices of a shape that does not fit its values";
    return std::nullopt;
  }
  size_t width = std::max(1u, getRawBits(values.data_type()) / 8);
  std::vector<char> out(*count * width);
  auto index = [&](int64_t k) { return llvm::support::endian::read64le(at.data() + 8 * k); };
  for (int64_t i = 0; i < entries; ++i) {
    uint64_t position = linear ? index(i) : 0;
    bool inside = !linear || position < uint64_t(*count);
    for (int64_t axis = 0; tuples && axis < rank; ++axis) {
      inside &= index(i * rank + axis) < uint64_t(sparse.dims(axis));
      position = position * sparse.dims(axis) + index(i * rank + axis);
    }
    if (!inside) {
      error() << "has an index outside its shape";
      return std::nullopt;
    }
    std::copy_n(from.data() + i * width, width, out.data() + position * width);
  }
  setPayload(model, dense, own(std::move(out)));
  return dense;
}

void Lifter::liftGraph(::onnx::GraphProto &graph) {
  auto liftInitializer = [&](const std::string &name) {
    return [this, name] { return std::move(model.error() << "initializer '" << name << "' "); };
  };
  for (TensorProto &tensor : *graph.mutable_initializer())
    lift(tensor, liftInitializer(tensor.name()));
  for (::onnx::SparseTensorProto &sparse : *graph.mutable_sparse_initializer()) {
    auto dense = densify(sparse, liftInitializer(sparse.values().name()));
    // Its name stays known, so that an error is not followed by others.
    *graph.add_initializer() = dense ? std::move(*dense) : sparse.values();
  }
  graph.clear_sparse_initializer();
}

void Lifter::liftNode(::onnx::NodeProto &node) {
  for (::onnx::AttributeProto &attribute : *node.mutable_attribute()) {
    auto error = [&] {
      return std::move(model.error(node) << "attribute '" << attribute.name() << "' ");
    };
    if (attribute.has_t())
      lift(*attribute.mutable_t(), error);
    for (TensorProto &tensor : *attribute.mutable_tensors())
      lift(tensor, error);
    if (attribute.has_sparse_tensor()) {
      // Constant has a value in either form.
      if (auto dense = densify(*attribute.mutable_sparse_tensor(), error)) {
        attribute.clear_sparse_tensor();
        *attribute.mutable_t() = std::move(*dense);
        attribute.set_type(::onnx::AttributeProto::TENSOR);
        if (attribute.name() == "sparse_value")
          attribute.set_name("value");
      }
    }
    if (attribute.sparse_tensors_size())
      error() << "is a list of sparse tensors, which no operator has";
  }
}

LogicalResult liftTensors(Model &model) {
  Lifter lifter(model);
  auto liftNode = [&](::onnx::NodeProto &node) { lifter.liftNode(node); };
  auto liftGraph = [&](::onnx::GraphProto &graph) { lifter.liftGraph(graph); };
  forEachGraph(*model.proto.mutable_graph(), liftGraph);
  forEachNode(*model.proto.mutable_graph(), liftNode);
  for (::onnx::FunctionProto &function : *model.proto.mutable_functions())
    for (::onnx::NodeProto &node : *function.mutable_node()) {
      forEachSubgraph(node, [&](auto &subgraph) {
        forEachGraph(subgraph, liftGraph);
        forEachNode(subgraph, liftNode);
      });
      liftNode(node);
    }
  return model.result();
}

void restoreTensors(Model &model) {
  auto restore = [&](TensorProto &tensor) {
    std::optional<size_t> marker = getMarker(tensor);
    if (!marker)
      return;
    clearData(tensor);
    tensor.set_raw_data(pack(tensor.data_type(), model.payloads[*marker].bytes));
    model.payloads[*marker] = {}; // one copy at a time
  };
  forEachGraph(*model.proto.mutable_graph(), [&](::onnx::GraphProto &graph) {
    for (TensorProto &tensor : *graph.mutable_initializer())
      restore(tensor);
  });
  forEachNode(*model.proto.mutable_graph(), [&](::onnx::NodeProto &node) {
    for (::onnx::AttributeProto &attribute : *node.mutable_attribute()) {
      if (attribute.has_t())
        restore(*attribute.mutable_t());
      for (TensorProto &tensor : *attribute.mutable_tensors())
        restore(tensor);
    }
  });
}

Attribute getConstant(const Model &model, const TensorProto &tensor) {
  SmallVector<int64_t> shape(tensor.dims().begin(), tensor.dims().end());
  Type element = getElementType(model.context, tensor.data_type());
  auto type = RankedTensorType::get(shape, element);
  if (tensor.data_type() == TensorProto::STRING) {
    SmallVector<StringRef> strings(tensor.string_data().begin(), tensor.string_data().end());
    return DenseStringElementsAttr::get(type, strings);
  }
  if (std::optional<size_t> marker = getMarker(tensor)) {
    const Payload &payload = model.payloads[*marker];
    return makeConstant(type, payload.bytes, payload.owner);
  }
  std::string raw = getInlineBytes(tensor);
  return makeConstant(type, unpack(tensor.data_type(), type.getNumElements(), raw));
}

} // namespace onnxcc::importer
