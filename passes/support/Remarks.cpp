// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Remarks about decisions: see Remarks.h.
#include "passes/support/Remarks.h"

using namespace mlir;
using remark::RemarkOpts;
using remark::detail::InFlightRemark;
using remark::detail::Remark;

namespace onnxcc {

static void addWith(InFlightRemark &remark, std::optional<Location> with) {
  if (with)
    remark << Remark::Arg(kRemarkWith, LocationAttr(*with));
}

void noteMade(Location loc, StringRef pass, StringRef what, std::optional<Location> with) {
  if (!loc.getContext()->getRemarkEngine())
    return;
  InFlightRemark remark = remark::passed(loc, RemarkOpts::name(what).category(pass));
  addWith(remark, with);
}

void noteRefused(Location loc, StringRef pass, StringRef what, const Twine &reason,
                 std::optional<Location> with) {
  if (!loc.getContext()->getRemarkEngine())
    return;
  InFlightRemark remark = remark::missed(loc, RemarkOpts::name(what).category(pass));
  remark << Remark::Arg(kRemarkReason, reason.str());
  addWith(remark, with);
}

LogicalResult refuse(PatternRewriter &rewriter, Operation *op, StringRef pass, StringRef what,
                     const Twine &reason) {
  noteRefused(op->getLoc(), pass, what, reason);
  return rewriter.notifyMatchFailure(op, reason);
}

namespace {

/// Says which pattern has been applied to what.
class PatternListener : public RewriterBase::Listener {
public:
  PatternListener(StringRef pass, Location loc) : pass(pass), loc(loc) {}

  void notifyPatternBegin(const Pattern &, Operation *op) override { loc = op->getLoc(); }

  void notifyPatternEnd(const Pattern &pattern, LogicalResult status) override {
    if (succeeded(status))
      noteMade(loc, pass, getClassName(pattern.getDebugName()));
  }

private:
  /// "MakeClamp" of "onnxcc::(anonymous namespace)::MakeClamp<onnxcc::graph::MinOp>".
  static StringRef getClassName(StringRef name) {
    name = name.split('<').first;
    size_t colon = name.rfind(':');
    return colon == StringRef::npos ? name : name.drop_front(colon + 1);
  }

  StringRef pass;
  Location loc; // of the op that a pattern is being tried on, which may be erased
};

} // namespace

LogicalResult applyPatterns(Operation *op, RewritePatternSet &&patterns, StringRef pass,
                            GreedyRewriteConfig config) {
  PatternListener listener(pass, op->getLoc());
  if (op->getContext()->getRemarkEngine())
    config.setListener(&listener);
  return applyPatternsGreedily(op, std::move(patterns), config);
}

} // namespace onnxcc
