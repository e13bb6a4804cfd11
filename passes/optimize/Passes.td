// Passes of the optimize phase.
#ifndef ONNXCC_PASSES_OPTIMIZE_PASSES_TD
#define ONNXCC_PASSES_OPTIMIZE_PASSES_TD

include "mlir/Pass/PassBase.td"

def FoldConstants : Pass<"fold-constants", "::mlir::func::FuncOp"> {
  let summary = "Evaluates ops of constants";
  let description = [{
    Large weights too, which MLIR's own folding leaves alone. Whole subgraphs are evaluated at once, and only what the rest of the model
    reads becomes a constant. It may have at most `growth` times the bytes of the constants it is computed from, or `floor` bytes: a table
    that takes longer to read than to compute is no gain. Broadcasts stay, as kernels read through them; splats stay splats. Constants
    without users go.
  }];
  let options = [
    Option<"growth", "growth", "int64_t", "8", "Bytes of a result for each byte of its operands">,
    Option<"floor", "floor", "int64_t", "65536", "Bytes that a result may always have">,
    Option<"keepDequantized", "keep-dequantized", "bool", "false", "Leave dequantize of constants as it is">,
    Option<"room", "room", "int64_t", "1 << 28", "Bytes of all values in between that evaluating one result may take">];
  let statistics = [
    Statistic<"folded", "folded", "ops evaluated">,
    Statistic<"refused", "refused", "ops of constants left, as the result is too large">];
}

def CanonicalizeGraph : Pass<"canonicalize-graph", "::mlir::func::FuncOp"> {
  let summary = "Brings ops into their simplest form, without changing any result's bits";
  let description = [{
    Movements that move nothing, movements of movements, slices of concats, casts that lose nothing, neutral operands, ops on
    broadcasts. x + 0 is x only where no -0 can be told from 0.
  }];
}

def FoldBatchNorm : Pass<"fold-batch-norm", "::mlir::func::FuncOp"> {
  let summary = "Folds batch_norm of constants into the filter before it, else into a multiplication and an addition";
  let statistics = [
    Statistic<"filters", "filters", "folded into a filter">,
    Statistic<"affine", "affine", "became a multiplication and an addition">];
}

def FoldScales : Pass<"fold-scales", "::mlir::func::FuncOp"> {
  let summary = "Folds constant factors of channels into the filter of the convolution or product beside them";
  let description = "Exact up to rounding: a weight is multiplied in double precision and rounded once.";
  let statistics = [Statistic<"folded", "folded", "multiplications folded">];
}

def FoldPads : Pass<"fold-pads", "::mlir::func::FuncOp"> {
  let summary = "Folds pads into the convolution or pooling after them";
  let description = [{
    Zeros before a convolution; zeros before a mean that counts its pads, or has none and then counts them; minus infinity before a
    maximum. Pads of other axes than the spatial ones stay.
  }];
  let statistics = [Statistic<"folded", "folded", "pads folded">];
}

def RaiseComposites : Pass<"raise-composites", "::mlir::func::FuncOp"> {
  let summary = "Finds layer norm, RMS norm, GELU, and other composites in the ops that exporters write them as";
  let statistics = [Statistic<"raised", "raised", "composites found">];
}

def Reassociate : Pass<"reassociate", "::mlir::func::FuncOp"> {
  let summary = "Combines constants that are added or multiplied one after the other, matrices too";
  let description = "Sums and products are grouped in another way than the model says: results differ by rounding, "
                    "and in the sign of zeros.";
}

def EliminateConstantChannels : Pass<"eliminate-constant-channels", "::mlir::func::FuncOp"> {
  let summary = "Takes out channels that hold one value each, with the filters that make them and the weights that read them";
  let description = [{
    A channel whose filter is 0 is its bias, a relu or a quantisation of it is a constant too. Products do without channels that are 0 (of quantised tensors: the zero
    point), or that they multiply by 0; exact for finite values. With `sums` constants other than 0 are added to the bias behind the product, in double precision, but
    for products that have borders, where they would see 0. Channels that elementwise ops, depthwise convolutions, pools and movements tie together go together, or stay.
    What stays is a multiple of the lanes that the module's targets have: fewer would be no faster.
  }];
  let options = [
    Option<"sums", "sums", "bool", "false", "Fold constants other than 0 into biases">,
    Option<"reach", "reach", "double", "0", "Weights count as 0 that do not change the bias behind them while inputs are at most this; 0: none do">];
  let statistics = [
    Statistic<"eliminated", "eliminated", "output channels taken out of products">,
    Statistic<"bytes", "bytes", "bytes of weights taken out">,
    Statistic<"vanished", "vanished", "output channels whose weights vanish beside the bias">];
}

def ChooseRequantization : Pass<"choose-requantization", "::mlir::func::FuncOp"> {
  let summary = "Requantizes by the upper part of a product of integers where that gives the same codes and is cheaper";
  let description = [{
    requantize multiplies in floats. Where all targets prefer it, (sum * multiplier + half) >> shift takes its place: for each channel a multiplier of 31 bits that gives
    each sum, of those that the weights can add up to, the same code. That is proven by comparing where codes begin. One or two sums of a channel that get another
    code are compared with; where there are more, the channels stay in floats. With `fixed` the multiply is taken on every target and uncorrected, and a remark
    says for how many sums codes differ.
  }];
  let options = [Option<"fixed", "fixed", "bool", "false", "--requant=fixed">];
  let statistics = [
    Statistic<"proven", "proven", "channels for which the multiply is proven equal">,
    Statistic<"corrected", "corrected", "channels with sums that are compared with">,
    Statistic<"floats", "floats", "channels that stay in floats">];
}

def VerifyOptimized : Pass<"verify-optimized", "::mlir::func::FuncOp"> {
  let summary = "Fails unless a function holds ops of the graph dialect on ranked tensors only";
}

#endif // ONNXCC_PASSES_OPTIMIZE_PASSES_TD
