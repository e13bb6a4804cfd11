// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which weights become codes, of how many bits, and how a model says it: see WeightOnly.h.
#include "compiler/quantize/WeightOnly.h"

#include "compiler/quantize/ModelGraph.h"
#include "compiler/quantize/WeightGroups.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace llvm;
using ::onnx::GraphProto;
using ::onnx::ModelProto;
using ::onnx::NodeProto;
using ::onnx::TensorProto;

namespace onnxcc {

/// [rows, columns] to [columns, rows] if `isWanted`.
template <class T>
static std::vector<T> transpose(ArrayRef<T> values, int64_t rows, int64_t columns, bool isWanted) {
  std::vector<T> moved(values.begin(), values.end());
  if (isWanted)
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t column = 0; column < columns; ++column)
        moved[column * rows + row] = values[row * columns + column];
  return moved;
}

namespace {

constexpr StringLiteral microsoft = "com.microsoft";

/// How a node reads a matrix.
enum class Reader { Product, Table, Transpose, None };

/// A constant matrix and who reads it.
struct Matrix {
  const TensorProto *tensor;
  bool isDepthLast = false; // [columns, depth], as a table or a transposed right side
  int64_t depth = 0, columns = 0;
  std::string reason = {}; // why it stays in float
  std::optional<GroupedWeights> codes = std::nullopt;
  double error = 0;

  /// [depth, columns].
  std::vector<float> getValues() const {
    return transpose(getFloats(*tensor), columns, depth, isDepthLast);
  }
};

class WeightQuantizer {
public:
  WeightQuantizer(const ModelProto &model, const WeightOnlyOptions &options)
      : options(options), graph(model.graph()), names(model.graph()) {
    result.proto = model;
    format.bits = options.kind == WeightOnly::Int8 ? 8 : 4;
    format.symmetric = options.kind != WeightOnly::Int4Asym;
    format.group = options.group;
  }
  WeightOnlyModel run();

private:
  // Which matrices, and how many bits.
  Reader getReader(ModelGraph::Use use, bool &isDepthLast) const;
  std::string findAxis(Matrix &matrix) const;
  void collect();
  void chooseBits();

  // Writing.
  template <class Value>
  std::string add(const Twine &name, int32_t element, ArrayRef<int64_t> shape,
                  ArrayRef<Value> values);
  std::string addScales(const Matrix &matrix, ArrayRef<int64_t> shape);
  NodeProto &addNode(const Twine &name, StringRef op);
  void writeDequantize(const Matrix &matrix);
  std::vector<std::string> addPacked(const Matrix &matrix, bool isTable);
  bool writePacked(const NodeProto &node);

  const WeightOnlyOptions &options;
  GroupFormat format;
  ModelGraph graph;
  FreshNames names;
  std::vector<Matrix> matrices;
  StringMap<const Matrix *> codes; // by the values that they are, or are the transposes of
  WeightOnlyModel result;
};

} // namespace

/// Whether one of ONNX Runtime's operators can take the node's place.
static bool canPack(const NodeProto &node) {
  return node.op_type() != "Gemm" ||
         (getInteger(node, "transA", 0) == 0 && getReal(node, "alpha", 1) == 1 &&
          (node.input_size() < 3 || getReal(node, "beta", 1) == 1));
}

/// Whether a node reads a matrix as one of depth by columns, or columns by depth.
Reader WeightQuantizer::getReader(ModelGraph::Use use, bool &isDepthLast) const {
  const NodeProto &node = graph.proto().node(use.node);
  isDepthLast = false;
  if (!node.domain().empty() || (options.isPacked && !canPack(node)))
    return Reader::None;
  if (node.op_type() == "MatMul" && use.input == 1)
    return Reader::Product;
  if (node.op_type() == "Gemm" && use.input == 1) {
    isDepthLast = getInteger(node, "transB", 0) != 0;
    return Reader::Product;
  }
  isDepthLast = true;
  if (node.op_type() == "Gather" && use.input == 0 && getInteger(node, "axis", 0) == 0)
    return Reader::Table;
  // Of a table that is the last product's weights, too.
  if (node.op_type() == "Transpose" && !graph.isNeededOutside(node.output(0)) &&
      all_of(graph.uses(node.output(0)), [&](ModelGraph::Use inner) {
        const NodeProto &product = graph.proto().node(inner.node);
        return product.domain().empty() && product.op_type() == "MatMul" && inner.input == 1;
      }))
    return Reader::Transpose;
  return Reader::None;
}

/// Why a matrix cannot become codes; empty, with its axes known, if it can.
std::string WeightQuantizer::findAxis(Matrix &matrix) const {
  const std::string &name = matrix.tensor->name();
  if (graph.isNeededOutside(name))
    return "a subgraph or the application reads it";
  std::optional<bool> isDepthLast;
  for (ModelGraph::Use use : graph.uses(name)) {
    bool last;
    if (getReader(use, last) == Reader::None)
      return graph.proto().node(use.node).op_type() + " reads it";
    if (isDepthLast && *isDepthLast != last)
      return "it is read along both of its axes";
    isDepthLast = last;
    if (options.isPacked && getReader(use, last) == Reader::Table &&
        getShape(*matrix.tensor)[1] % options.group != 0)
      return "its rows are no whole groups, as GatherBlockQuantized wants them";
  }
  matrix.isDepthLast = *isDepthLast;
  std::vector<int64_t> shape = getShape(*matrix.tensor);
  matrix.depth = shape[*isDepthLast ? 1 : 0];
  matrix.columns = shape[*isDepthLast ? 0 : 1];
  for (float value : getFloats(*matrix.tensor))
    if (!std::isfinite(value))
      return "it has an infinite value or NaN";
  return "";
}

void WeightQuantizer::collect() {
  for (const TensorProto &tensor : graph.proto().initializer()) {
    std::vector<int64_t> shape = getShape(tensor);
    bool isRead = any_of(graph.uses(tensor.name()), [&](ModelGraph::Use use) {
      bool last;
      return getReader(use, last) != Reader::None;
    });
    if (tensor.data_type() != TensorProto::FLOAT || shape.size() != 2 || !isRead ||
        shape[0] * shape[1] == 0)
      continue;
    Matrix matrix{&tensor};
    matrix.reason = findAxis(matrix);
    matrices.push_back(std::move(matrix));
  }
}

/// All get 4 bits, or those whose errors are least, up to a share of all weights; the others 8.
void WeightQuantizer::chooseBits() {
  std::vector<Matrix *> order;
  int64_t all = 0, few = 0;
  for (Matrix &matrix : matrices) {
    if (!matrix.reason.empty())
      continue;
    std::vector<float> values = matrix.getValues();
    WeightMatrix weights{values, matrix.depth, matrix.columns};
    matrix.codes = quantizeGroups(weights, format);
    matrix.error = getProductError(weights, *matrix.codes, {}, {});
    order.push_back(&matrix);
    all += values.size();
  }
  if (format.bits == 8)
    return;
  stable_sort(order, [](const Matrix *a, const Matrix *b) { return a->error < b->error; });
  for (Matrix *matrix : order) {
    int64_t size = matrix->depth * matrix->columns;
    if (double(few + size) <= options.ratio * double(all)) {
      few += size;
      continue;
    }
    std::vector<float> values = matrix->getValues();
    matrix->codes = quantizeGroups({values, matrix->depth, matrix->columns},
                                   {/*bits=*/8, /*symmetric=*/true, format.group});
  }
}

/// Codes one after the other, of which two share a byte where they have 4 bits.
static std::vector<char> packCodes(ArrayRef<int16_t> codes, unsigned bits) {
  if (bits == 8)
    return {codes.begin(), codes.end()};
  std::vector<char> bytes;
  for (size_t k = 0; k < codes.size(); k += 2)
    bytes.push_back(char((codes[k] & 15) | (k + 1 < codes.size() ? (codes[k + 1] & 15) << 4 : 0)));
  return bytes;
}

template <class Value>
std::string WeightQuantizer::add(const Twine &name, int32_t element, ArrayRef<int64_t> shape,
                                 ArrayRef<Value> values) {
  return addConstant(*result.proto.mutable_graph(), names.make(name), element, shape, values)
      .name();
}

std::string WeightQuantizer::addScales(const Matrix &matrix, ArrayRef<int64_t> shape) {
  std::vector<float> scales = transpose(ArrayRef(matrix.codes->scales), matrix.codes->groups(),
                                        matrix.columns, options.isPacked || matrix.isDepthLast);
  return add(matrix.tensor->name() + "_scale", TensorProto::FLOAT, shape, ArrayRef(scales));
}

NodeProto &WeightQuantizer::addNode(const Twine &name, StringRef op) {
  NodeProto &node = *result.proto.mutable_graph()->add_node();
  node.set_name(name.str());
  node.set_op_type(op.str());
  return node;
}

/// DequantizeLinear gives the value that the initialiser was.
void WeightQuantizer::writeDequantize(const Matrix &matrix) {
  const GroupedWeights &codes = *matrix.codes;
  const std::string &name = matrix.tensor->name();
  unsigned bits = codes.format.bits;
  bool isLast = matrix.isDepthLast, isGrouped = codes.groups() > 1;
  int32_t element = bits == 8                ? TensorProto::INT8
                    : codes.format.symmetric ? TensorProto::INT4
                                             : TensorProto::UINT4;
  std::vector<int64_t> shape{codes.depth, codes.columns}, grid{codes.groups(), codes.columns};
  if (isLast) {
    std::swap(shape[0], shape[1]);
    std::swap(grid[0], grid[1]);
  }
  if (!isGrouped)
    grid = {codes.columns};
  auto pack = [&](ArrayRef<int16_t> values, int64_t rows) {
    return packCodes(transpose(values, rows, codes.columns, isLast), bits);
  };
  NodeProto &node = addNode(names.make(name + "_dequantize"), "DequantizeLinear");
  node.add_input(add(name + "_codes", element, shape, ArrayRef(pack(codes.codes, codes.depth))));
  node.add_input(addScales(matrix, grid));
  if (!codes.format.symmetric)
    node.add_input(
        add(name + "_zero_point", element, grid, ArrayRef(pack(codes.zeros, codes.groups()))));
  node.add_output(name);
  setInteger(node, "axis", isGrouped == isLast ? 1 : 0);
  if (isGrouped)
    setInteger(node, "block_size", codes.groupSize());
}

/// Rows of codes in bytes, each beginning with one of its own.
static std::vector<char> packRows(ArrayRef<int16_t> codes, unsigned bits, int64_t columns) {
  std::vector<char> bytes;
  for (size_t row = 0; row < codes.size(); row += columns)
    append_range(bytes, packCodes(codes.slice(row, columns), bits));
  return bytes;
}

/// The operands of MatMulNBits, or of GatherBlockQuantized: bytes of codes, scales, zero points,
/// all by column. What is symmetric has the zero point that these have by default.
std::vector<std::string> WeightQuantizer::addPacked(const Matrix &matrix, bool isTable) {
  const GroupedWeights &codes = *matrix.codes;
  const std::string &name = matrix.tensor->name();
  unsigned bits = codes.format.bits;
  int64_t groups = codes.groups(), bytes = codes.groupSize() * bits / 8,
          padded = groups * codes.groupSize();
  int16_t middle = codes.format.symmetric ? 1 << (bits - 1) : 0;
  std::vector<int16_t> moved(codes.columns * padded, middle);
  for (int64_t row = 0; row < codes.depth; ++row)
    for (int64_t column = 0; column < codes.columns; ++column)
      moved[column * padded + row] = codes.codes[row * codes.columns + column] + middle;
  std::vector<int64_t> shape{codes.columns, groups, bytes};
  if (isTable)
    shape = {codes.columns, groups * bytes};
  std::vector<std::string> operands{
      add(name + "_codes", TensorProto::UINT8, shape, ArrayRef(packCodes(moved, bits))),
      addScales(matrix, {codes.columns, groups})};
  if (!codes.format.symmetric)
    operands.push_back(
        add(name + "_zero_point", TensorProto::UINT8,
            {codes.columns, int64_t(divideCeil(groups * bits, 8))},
            ArrayRef(packRows(transpose(ArrayRef(codes.zeros), groups, codes.columns, true), bits,
                              groups))));
  return operands;
}

/// Writes what takes the place of a node that reads codes. \returns whether it does.
bool WeightQuantizer::writePacked(const NodeProto &node) {
  bool isTable = node.op_type() == "Gather";
  auto found = codes.find(node.input_size() > 1 ? node.input(isTable ? 0 : 1) : "");
  if (node.op_type() == "Transpose" && codes.contains(node.input(0))) {
    codes[node.output(0)] = codes[node.input(0)];
    return true;
  }
  if (found == codes.end())
    return false;
  const Matrix &matrix = *found->second;
  std::vector<std::string> operands = addPacked(matrix, isTable);
  bool hasBias = node.op_type() == "Gemm" && node.input_size() > 2 && !node.input(2).empty();
  std::string output = hasBias ? names.make(node.output(0) + "_product") : node.output(0);
  NodeProto &packed = addNode(node.name(), isTable ? "GatherBlockQuantized" : "MatMulNBits");
  packed.set_domain(microsoft.str());
  packed.add_output(output);
  setInteger(packed, "bits", matrix.codes->format.bits);
  setInteger(packed, "block_size", matrix.codes->groupSize());
  if (isTable) {
    operands.insert(operands.begin() + 1, node.input(1));
    setInteger(packed, "gather_axis", 0);
    setInteger(packed, "quantize_axis", 1);
  } else {
    operands.insert(operands.begin(), node.input(0));
    setInteger(packed, "K", matrix.depth);
    setInteger(packed, "N", matrix.columns);
  }
  for (const std::string &operand : operands)
    packed.add_input(operand);
  if (hasBias) {
    NodeProto &sum = addNode(names.make(node.name() + "_bias"), "Add");
    sum.add_input(output);
    sum.add_input(node.input(2));
    sum.add_output(node.output(0));
  }
  return true;
}

WeightOnlyModel WeightQuantizer::run() {
  collect();
  chooseBits();
  GraphProto &to = *result.proto.mutable_graph();
  to.clear_node();
  for (const Matrix &matrix : matrices) {
    unsigned bits = matrix.codes ? matrix.codes->format.bits : 0;
    result.weights.push_back(
        {matrix.tensor->name(), matrix.depth, matrix.columns, bits, matrix.error, matrix.reason});
    if (!bits)
      continue;
    codes[matrix.tensor->name()] = &matrix;
    if (!options.isPacked)
      writeDequantize(matrix);
  }
  auto &initializers = *to.mutable_initializer();
  initializers.erase(
      remove_if(initializers,
                [&](const TensorProto &tensor) { return codes.contains(tensor.name()); }),
      initializers.end());
  for (const NodeProto &node : graph.proto().node())
    if (!options.isPacked || !writePacked(node))
      *to.add_node() = node;
  result.proto.set_ir_version(std::max<int64_t>(result.proto.ir_version(), 10)); // 4 bits
  auto isMicrosoft = [](const auto &set) { return set.domain() == microsoft; };
  if (options.isPacked && none_of(result.proto.opset_import(), isMicrosoft)) {
    ::onnx::OperatorSetIdProto &set = *result.proto.add_opset_import();
    set.set_domain(microsoft.str());
    set.set_version(1);
  }
  dropUnused(to);
  return std::move(result);
}

WeightOnlyModel quantizeWeights(const ModelProto &model, const WeightOnlyOptions &options) {
  return WeightQuantizer(model, options).run();
}

} // namespace onnxcc
