// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Activations: graph ops where there is one, formulas otherwise. The optimiser raises decomposed
// forms, so a formula here need not be the fastest way to say it.
#include "dialects/graph/Gates.h"
#include "passes/graph/LoweringContext.h"

using namespace mlir;

namespace onnxcc {

static void lowerGelu(LoweringContext &c) {
  if (c.string("approximate", "none") == "tanh")
    return c.result(c.term(0).apply<graph::GeluTanhOp>());
  c.result(c.create<graph::GeluOp>(c.input(0)));
}

/// x < 0 ? slope * x : x; the slope broadcasts to x.
static void lowerPRelu(LoweringContext &c) {
  Term x = c.term(0);
  c.result(x.apply<graph::LessOp>(0.0).select(x * c.term(1), x));
}

/// max(0, x) + min(0, alpha * (exp(x / alpha) - 1))
static void lowerCelu(LoweringContext &c) {
  Term x = c.term(0);
  double alpha = c.real("alpha", 1);
  c.result(maximum(x, 0) + minimum(alpha * (exp(x / alpha) - 1.0), 0));
}

/// x > 0 ? gamma * x : gamma * alpha * (exp(x) - 1)
static void lowerSelu(LoweringContext &c) {
  Term x = c.term(0);
  double alpha = c.real("alpha", 1.67326319217681884765625),
         gamma = c.real("gamma", 1.05070102214813232421875);
  c.result(x.like(0).apply<graph::LessOp>(x).select(gamma * x, gamma * alpha * (exp(x) - 1.0)));
}

/// x < -lambd ? x + bias : x > lambd ? x - bias : 0
static void lowerShrink(LoweringContext &c) {
  Term x = c.term(0);
  double bias = c.real("bias", 0), lambda = c.real("lambd", 0.5);
  Term high = x.like(lambda).apply<graph::LessOp>(x).select(x - bias, x.like(0));
  c.result(x.apply<graph::LessOp>(-lambda).select(x + bias, high));
}

static void lowerThresholdedRelu(LoweringContext &c) {
  Term x = c.term(0);
  c.result(x.like(c.real("alpha", 1)).apply<graph::LessOp>(x).select(x, x.like(0)));
}

/// x * sigmoid(alpha * x)
static Term swish(LoweringContext &c, double alpha) {
  Builder builder(c.context());
  return c.term(c.create(graph::SwishOp::getOperationName(), c.input(0),
                         builder.getNamedAttr("alpha", builder.getF64FloatAttr(alpha))));
}

static void lowerSwish(LoweringContext &c) {
  c.result(swish(c, c.real("alpha", c.opType() == "QuickGelu" ? 1.702 : 1.0)));
}

/// swish(a) * b
static void lowerSwiGlu(LoweringContext &c) { c.result(swish(c, c.real("alpha", 1)) * c.term(1)); }

/// com.microsoft.BiasGelu: gelu(x + bias).
static void lowerBiasGelu(LoweringContext &c) {
  c.result((c.term(0) + c.term(1)).apply<graph::GeluOp>());
}

/// com.microsoft.FastGelu: the tanh form, of x + bias where there is a bias.
static void lowerFastGelu(LoweringContext &c) {
  c.result((c.input(1) ? c.term(0) + c.term(1) : c.term(0)).apply<graph::GeluTanhOp>());
}

void addActivations(LoweringTable &table) {
  table.elementwise<graph::EluOp>("Elu", {{"alpha", 1.0}});
  table.elementwise<graph::HardSigmoidOp>("HardSigmoid", {{"alpha", 0.2}, {"beta", 0.5}});
  table.elementwise<graph::HardSwishOp>("HardSwish");
  table.elementwise<graph::LeakyReluOp>("LeakyRelu", {{"alpha", 0.01}});
  table.elementwise<graph::MishOp>("Mish");
  table.elementwise<graph::ReluOp>("Relu");
  table.elementwise<graph::SigmoidOp>("Sigmoid");
  table.elementwise<graph::SoftplusOp>("Softplus");
  table.elementwise<graph::SoftsignOp>("Softsign");
  table.add("Celu", lowerCelu);
  table.add("Gelu", lowerGelu);
  table.add("PRelu", lowerPRelu);
  table.add("Selu", lowerSelu);
  table.add("Shrink", lowerShrink);
  table.add("Swish", lowerSwish);
  table.add("SwiGLU", lowerSwiGlu);
  table.add("ThresholdedRelu", lowerThresholdedRelu);
  table.add("com.microsoft", "BiasGelu", lowerBiasGelu);
  table.add("com.microsoft", "FastGelu", lowerFastGelu);
  table.add("com.microsoft", "Gelu", lowerGelu);
  table.add("com.microsoft", "QuickGelu", lowerSwish);
}

} // namespace onnxcc
