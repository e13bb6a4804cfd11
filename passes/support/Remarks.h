// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What passes say about their decisions: MLIR's optimisation remarks, whose parts have one meaning
// here. Somebody has to listen (onnxcc --opt-report); else a remark costs the test of a pointer.
#ifndef ONNXCC_PASSES_SUPPORT_REMARKS_H
#define ONNXCC_PASSES_SUPPORT_REMARKS_H

#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace onnxcc {

/// The keys of a remark's arguments: the other location that a decision is about, and its reason.
inline constexpr llvm::StringLiteral kRemarkWith = "With";
inline constexpr llvm::StringLiteral kRemarkReason = "Reason";

/// `pass` has done `what`, a few words or a pattern's name, to the ops at `loc`; `with` are the
/// other ops concerned, if any.
void noteMade(mlir::Location loc, llvm::StringRef pass, llvm::StringRef what,
              std::optional<mlir::Location> with = std::nullopt);

/// `pass` could have done `what`, but for `reason`.
void noteRefused(mlir::Location loc, llvm::StringRef pass, llvm::StringRef what,
                 const llvm::Twine &reason, std::optional<mlir::Location> with = std::nullopt);

/// A pattern's early exit that a user wants to hear of, as this was nearly what the pattern looks
/// for: a remark on top of notifyMatchFailure.
llvm::LogicalResult refuse(mlir::PatternRewriter &rewriter, mlir::Operation *op,
                           llvm::StringRef pass, llvm::StringRef what, const llvm::Twine &reason);

/// applyPatternsGreedily, each application of a pattern being a remark under its class's name.
llvm::LogicalResult applyPatterns(mlir::Operation *op, mlir::RewritePatternSet &&patterns,
                                  llvm::StringRef pass,
                                  mlir::GreedyRewriteConfig config = mlir::GreedyRewriteConfig());

} // namespace onnxcc

#endif // ONNXCC_PASSES_SUPPORT_REMARKS_H
