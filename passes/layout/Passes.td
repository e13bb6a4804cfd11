// Passes of the layout phase.
#ifndef ONNXCC_PASSES_LAYOUT_PASSES_TD
#define ONNXCC_PASSES_LAYOUT_PASSES_TD

include "mlir/Pass/PassBase.td"

def RowImages : Pass<"row-images", "::mlir::func::FuncOp"> {
  let summary = "Gives image ops two spatial axes, of which a width of 1 is none";
  let description = [{
    Kernels are for images and run along their rows. A series becomes an image of height 1, and so does an image of width 1, or a volume of
    which two axes have extent 1: reshapes, which move nothing.
  }];
  let statistics = [Statistic<"changed", "changed", "image ops made rows or planes">];
}

def ChannelsLast : Pass<"channels-last", "::mlir::func::FuncOp"> {
  let summary = "Makes every image op channels-last, between transposes";
  let description = [{
    Kernels exist for channels-last images only. Each conv, conv_transpose, pool and batch_norm gets a transpose before and one
    after; `sink-transposes` then lets them cancel.
  }];
  let statistics = [Statistic<"changed", "changed", "image ops made channels-last">];
}

def SinkTransposes : Pass<"sink-transposes", "::mlir::func::FuncOp"> {
  let summary = "Moves transposes down through other ops until they cancel";
  let description = [{
    A transpose of the operands becomes a transpose of the result where that transposes no more tensors, or where the ops after
    the result transpose it back. Axes, pads and constants of the op are adapted. A reshape that only flattens an image before
    a product with constant weights takes the transpose into the weights' rows.
  }];
  let statistics = [
    Statistic<"before", "before", "transposes before">,
    Statistic<"after", "after", "transposes after">];
}

def ShareRepeated : Pass<"share-repeated", "::mlir::func::FuncOp"> {
  let summary = "Lets products and attention read what is repeated along the heads without its copies";
  let description = [{
    Exporters repeat the keys and values of grouped heads by a broadcast that a reshape merges with the axis before it. As a factor of a product the
    repetitions become rows: [b, 8, m, k] x [b, 2 (4 times each), k, n] is [b, 2, 4 * m, k] x [b, 2, k, n]. Attention shares heads by itself.
  }];
}

def VerifyLayout : Pass<"verify-layout", "::mlir::func::FuncOp"> {
  let summary = "Fails if an image op is channels-first, or of a series";
}

#endif // ONNXCC_PASSES_LAYOUT_PASSES_TD
