// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Einsum: operands are combined in pairs, each pair by one batched matrix product between
// transposes. What the optimiser knows about products it then knows about Einsum.
#include "passes/graph/Lowerings.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace onnxcc {
namespace {

/// A letter, or an axis that an ellipsis stands for: those are numbered from the last.
using Label = int;
using Labels = SmallVector<Label>;
constexpr Label kEllipsisEnd = -1;

/// A value whose axes carry labels.
struct Labelled {
  Value value;
  Labels labels;
};

} // namespace

static bool contains(ArrayRef<Label> labels, Label label) {
  return llvm::is_contained(labels, label);
}

/// The labels of a term such as "b...ij" of this rank; rank -1: of the output, whose ellipsis has
/// `ellipsis` axes.
static std::optional<Labels> parseTerm(LoweringContext &c, StringRef text, int64_t rank,
                                       int64_t ellipsis) {
  int64_t letters = 0;
  for (char letter : text)
    letters += llvm::isAlpha(letter);
  if (rank >= 0)
    ellipsis = rank - letters;
  Labels labels;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("...")) {
      for (int64_t k = ellipsis; k > 0; --k)
        labels.push_back(kEllipsisEnd - static_cast<Label>(k) + 1);
      i += 2;
    } else if (llvm::isAlpha(text[i])) {
      if (contains(labels, text[i])) {
        c.error() << "a label that stands twice in one term ('" << text << "') is not supported";
        return std::nullopt;
      }
      labels.push_back(text[i]);
    } else if (text[i] != ' ') {
      c.error() << "unexpected '" << text.substr(i, 1) << "' in term '" << text << "'";
      return std::nullopt;
    }
  }
  if (rank >= 0 && static_cast<int64_t>(labels.size()) != rank) {
    c.error() << "term '" << text << "' does not fit an operand of rank " << rank;
    return std::nullopt;
  }
  return labels;
}

/// `x` without the labels that are not in `kept`: sums over them.
static Labelled sumOut(LoweringContext &c, Labelled x, ArrayRef<Label> kept) {
  SmallVector<int64_t> axes;
  Labels left;
  for (auto [i, label] : llvm::enumerate(x.labels)) {
    if (contains(kept, label))
      left.push_back(label);
    else
      axes.push_back(i);
  }
  return {c.reduce(x.value, graph::ReduceKind::Sum, axes, /*keepDims=*/false), left};
}

/// `x` with its axes in the order of `labels`; those that it lacks have extent 1.
static Value arrange(LoweringContext &c, const Labelled &x, ArrayRef<Label> labels) {
  if (!x.value)
    return {};
  Extents extents = c.extentsOf(x.value), result;
  SmallVector<int64_t> permutation;
  for (Label label : labels) {
    const auto *at = llvm::find(x.labels, label);
    result.push_back(at == x.labels.end() ? c.number(1) : extents[at - x.labels.begin()]);
    if (at != x.labels.end())
      permutation.push_back(at - x.labels.begin());
  }
  return c.reshape(c.transpose(x.value, permutation), result);
}

/// The product of `a` and `b`, summed over the labels that are not in `kept`.
static Labelled multiply(LoweringContext &c, Labelled a, Labelled b, ArrayRef<Label> kept) {
  Labels keptByA(kept), keptByB(kept);
  keptByA.append(b.labels);
  keptByB.append(a.labels);
  a = sumOut(c, a, keptByA);
  b = sumOut(c, b, keptByB);
  Labels batch, left, right, inner;
  for (Label label : a.labels)
    (!contains(b.labels, label) ? left : contains(kept, label) ? batch : inner).push_back(label);
  for (Label label : b.labels)
    if (!contains(a.labels, label))
      right.push_back(label);
  Labels result(batch);
  result.append(left);
  result.append(right);
  if (inner.empty())
    return {c.term(arrange(c, a, result)) * c.term(arrange(c, b, result)), result};

  // [batch, left, inner] x [batch, inner, right], each group one axis.
  Labels aOrder(batch), bOrder(batch);
  aOrder.append(left);
  aOrder.append(inner);
  bOrder.append(inner);
  bOrder.append(right);
  Value lhs = arrange(c, a, aOrder), rhs = arrange(c, b, bOrder);
  if (!lhs || !rhs)
    return {};
  Extents aExtents = c.extentsOf(lhs), bExtents = c.extentsOf(rhs), shape;
  // An extent 1 of a shared axis (an ellipsis may have one) repeats.
  auto unify = [&](size_t inA, size_t inB) {
    AffineExpr both = c.broadcastExtent(aExtents[inA], bExtents[inB]);
    if (!both)
      c.error() << "extents " << c.format(lhs) << " and " << c.format(rhs)
                << " of a common label differ";
    else
      aExtents[inA] = bExtents[inB] = both;
    return static_cast<bool>(both);
  };
  for (size_t i = 0; i < batch.size(); ++i)
    if (!unify(i, i))
      return {};
  for (size_t i = 0; i < inner.size(); ++i)
    if (!unify(batch.size() + left.size() + i, batch.size() + i))
      return {};
  lhs = c.broadcast(lhs, aExtents);
  rhs = c.broadcast(rhs, bExtents);
  auto group = [&](const Extents &extents, size_t from, size_t count) {
    return getProduct(ArrayRef(extents).slice(from, count), c.context());
  };
  AffineExpr batches = group(aExtents, 0, batch.size()),
             depth = group(bExtents, batch.size(), inner.size());
  lhs = c.reshape(lhs, {batches, group(aExtents, batch.size(), left.size()), depth});
  rhs =
      c.reshape(rhs, {batches, depth, group(bExtents, batch.size() + inner.size(), right.size())});
  shape.append(aExtents.begin(), aExtents.begin() + batch.size() + left.size());
  shape.append(bExtents.begin() + batch.size() + inner.size(), bExtents.end());
  return {c.reshape(c.create<graph::MatMulOp>(lhs, rhs), shape), result};
}

static void lowerEinsum(LoweringContext &c) {
  auto [left, right] = c.string("equation").split("->");
  bool explicitOutput = c.string("equation").contains("->");
  SmallVector<StringRef> terms;
  left.split(terms, ',');
  if (terms.size() != c.numInputs())
    return void(c.error() << "equation '" << c.string("equation") << "' has " << terms.size()
                          << " terms for " << c.numInputs() << " inputs");
  SmallVector<Labelled> operands;
  llvm::MapVector<Label, int> uses;
  int64_t ellipsis = 0;
  for (auto [term, input] : llvm::zip(terms, c.inputs())) {
    std::optional<Labels> labels = parseTerm(c, term, c.rankOf(input), 0);
    if (!labels)
      return;
    for (Label label : *labels) {
      ++uses[label];
      ellipsis = std::max<int64_t>(ellipsis, label < 0 ? kEllipsisEnd - label + 1 : 0);
    }
    operands.push_back({input, *labels});
  }
  std::optional<Labels> output;
  if (explicitOutput) {
    output = parseTerm(c, right, -1, ellipsis);
  } else {
    // The ellipsis, then the labels used once, in alphabetical order.
    output = parseTerm(c, "...", -1, ellipsis);
    Labels once;
    for (auto [label, count] : uses)
      if (label > 0 && count == 1)
        once.push_back(label);
    llvm::sort(once);
    output->append(once);
  }
  if (!output)
    return;
  Labelled result = operands[0];
  for (size_t i = 1; i < operands.size(); ++i) {
    Labels kept = *output;
    for (const Labelled &later : ArrayRef(operands).drop_front(i + 1))
      kept.append(later.labels);
    result = multiply(c, result, operands[i], kept);
  }
  result = sumOut(c, result, *output);
  c.result(arrange(c, result, *output));
}

void addEinsum(LoweringTable &table) { table.add("Einsum", lowerEinsum); }

} // namespace onnxcc
