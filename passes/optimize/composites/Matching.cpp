// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Formulas independent of how they are spelled: see Patterns.h.
#include "passes/optimize/Constants.h"
#include "passes/optimize/composites/Patterns.h"
#include "passes/support/Movement.h"

#include <cmath>

using namespace mlir;

namespace onnxcc {

/// Exporters write formulas of a few ops; deeper ones are other things.
static constexpr unsigned kDepth = 8;

/// The extents other than 1.
static Extents getExtentsBeyondOne(Value value) {
  Extents extents = getExtents(cast<RankedTensorType>(value.getType()));
  llvm::erase_if(extents, [](AffineExpr extent) {
    auto constant = dyn_cast<AffineConstantExpr>(extent);
    return constant && constant.getValue() == 1;
  });
  return extents;
}

Value skipOnes(Value value) {
  while (auto reshape = value.getDefiningOp<graph::ReshapeOp>()) {
    if (!isEqual(getExtentsBeyondOne(reshape), getExtentsBeyondOne(reshape.getX())))
      break;
    value = reshape.getX();
  }
  return value;
}

Extents getAlignedExtents(graph::BroadcastOp op) {
  return alignExtents(getExtents(op.getX().getType()), op.getType().getRank(), op.getContext());
}

static std::optional<Polynomial> match(Value value, Value x, unsigned depth) {
  if (value == x)
    return Polynomial{0, 1};
  if (std::optional<double> constant = getConstantScalar(value))
    return Polynomial{*constant};
  Operation *op = value.getDefiningOp();
  if (!isa_and_nonnull<graph::AddOp, graph::SubOp, graph::MulOp, graph::DivOp, graph::NegOp>(op) ||
      depth == 0)
    return std::nullopt;
  std::optional<Polynomial> a = match(op->getOperand(0), x, depth - 1), b = Polynomial{};
  if (op->getNumOperands() > 1)
    b = match(op->getOperand(1), x, depth - 1);
  if (!a || !b)
    return std::nullopt;
  Polynomial result{};
  if (isa<graph::MulOp>(op)) {
    for (size_t i = 0; i < a->size(); ++i)
      for (size_t j = 0; j < b->size(); ++j) {
        double term = (*a)[i] * (*b)[j];
        if (i + j < result.size())
          result[i + j] += term;
        else if (term != 0)
          return std::nullopt;
      }
    return result;
  }
  bool isDivision = isa<graph::DivOp>(op);
  if (isDivision && ((*b)[0] == 0 || *b != Polynomial{(*b)[0]}))
    return std::nullopt;
  for (size_t k = 0; k < result.size(); ++k)
    result[k] = isa<graph::AddOp>(op)   ? (*a)[k] + (*b)[k]
                : isa<graph::SubOp>(op) ? (*a)[k] - (*b)[k]
                : isDivision            ? (*a)[k] / (*b)[0]
                                        : -(*a)[k];
  return result;
}

std::optional<Polynomial> matchPolynomial(Value value, Value x) { return match(value, x, kDepth); }

bool isPolynomial(std::optional<Polynomial> polynomial, const Polynomial &wanted) {
  if (!polynomial)
    return false;
  for (auto [coefficient, exact] : llvm::zip(*polynomial, wanted))
    if (std::abs(coefficient - exact) > 1e-3 * std::abs(exact))
      return false;
  return true;
}

Product Product::get(Value value) {
  Product product;
  product.collect(value, 0);
  return product;
}

void Product::collect(Value value, unsigned depth) {
  Operation *op = value.getDefiningOp();
  bool isOwn = op && depth < kDepth && (depth == 0 || op->hasOneUse());
  if (std::optional<double> constant = getConstantScalar(value)) {
    scale *= *constant;
  } else if (isOwn && isa<graph::MulOp>(op)) {
    collect(op->getOperand(0), depth + 1);
    collect(op->getOperand(1), depth + 1);
  } else if (isOwn && isa<graph::DivOp>(op) && getConstantScalar(op->getOperand(1))) {
    scale /= *getConstantScalar(op->getOperand(1));
    collect(op->getOperand(0), depth + 1);
  } else {
    factors.push_back(value);
  }
}

} // namespace onnxcc
