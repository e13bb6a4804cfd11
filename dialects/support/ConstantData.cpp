// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constant tensors, small and large: see ConstantData.h.
#include "dialects/support/ConstantData.h"

#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

using namespace mlir;

namespace onnxcc {

/// Above this many bytes a constant is a resource.
static constexpr int64_t kDenseLimit = 1024;

unsigned getStorageBits(Type element) {
  if (auto complex = dyn_cast<ComplexType>(element))
    return 2 * getStorageBits(complex.getElementType());
  return element.isIndex() ? 64 : std::max(8u, element.getIntOrFloatBitWidth());
}

int64_t getStorageBytes(RankedTensorType type) {
  return type.getNumElements() * (getStorageBits(type.getElementType()) / 8);
}

std::optional<ConstantView> ConstantView::get(Attribute value) {
  ConstantView view;
  if (auto dense = dyn_cast<DenseIntOrFPElementsAttr>(value)) {
    view.tensorType = dyn_cast<RankedTensorType>(dense.getType());
    view.raw = dense.getRawData();
    view.splat = dense.isSplat();
  } else if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    view.tensorType = dyn_cast<RankedTensorType>(resource.getType());
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return std::nullopt;
    view.raw = blob->getData();
  } else {
    return std::nullopt;
  }
  return view.tensorType ? std::optional(view) : std::nullopt;
}

ArrayRef<char> ConstantView::bytes() {
  Type element = tensorType.getElementType();
  auto dense = [&] { return std::make_shared<std::vector<char>>(getStorageBytes(tensorType)); };
  if (owned)
    return *owned;
  if (splat && tensorType.getNumElements() != 1) {
    owned = dense();
    // Upstream keeps a splat as one element, of a single bit for i1.
    size_t width = getStorageBits(element) / 8;
    for (size_t at = 0; at < owned->size(); at += width)
      for (size_t k = 0; k < width; ++k)
        (*owned)[at + k] = element.isInteger(1) ? raw[k] & 1 : raw[k];
    return *owned;
  }
  if (element.isInteger(1) && raw.size() < size_t(tensorType.getNumElements())) {
    owned = dense();
    for (size_t at = 0; at < owned->size(); ++at)
      (*owned)[at] = (raw[at / 8] >> (at % 8)) & 1;
    return *owned;
  }
  if (element.isInteger(1) && tensorType.getNumElements() == 1) {
    owned = dense();
    (*owned)[0] = raw[0] & 1;
    return *owned;
  }
  return raw;
}

static ElementsAttr makeDense(RankedTensorType type, ArrayRef<char> bytes) {
  if (type.getElementType().isInteger(1)) {
    SmallVector<bool> values;
    for (char byte : bytes)
      values.push_back(byte != 0);
    return DenseElementsAttr::get(type, values);
  }
  return DenseElementsAttr::getFromRawBuffer(type, bytes);
}

/// A resource named by its contents, so that equal weights of equal type are one attribute and one
/// blob.
static ElementsAttr makeResource(RankedTensorType type, ArrayRef<char> bytes,
                                 function_ref<AsmResourceBlob()> makeBlob) {
  ArrayRef<uint8_t> raw(reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size());
  std::array<uint8_t, 32> hash = llvm::SHA256::hash(raw);
  std::string name = "sha256_" + llvm::toHex(ArrayRef(hash).take_front(12), /*LowerCase=*/true);
  auto manager = DenseResourceElementsHandle::getManagerInterface(type.getContext());
  if (auto *entry = manager.getBlobManager().lookup(name)) {
    auto *dialect = type.getContext()->getLoadedDialect<BuiltinDialect>();
    return DenseResourceElementsAttr::get(type, DenseResourceElementsHandle(entry, dialect));
  }
  return DenseResourceElementsAttr::get(type, manager.insert(name, makeBlob()));
}

ElementsAttr makeConstant(RankedTensorType type, ArrayRef<char> bytes) {
  if (int64_t(bytes.size()) <= kDenseLimit)
    return makeDense(type, bytes);
  return makeResource(type, bytes,
                      [&] { return HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64); });
}

ElementsAttr makeConstant(RankedTensorType type, ArrayRef<char> bytes,
                          std::shared_ptr<void> owner) {
  if (int64_t(bytes.size()) <= kDenseLimit)
    return makeDense(type, bytes);
  return makeResource(type, bytes, [&] {
    return UnmanagedAsmResourceBlob::allocateWithAlign(
        bytes, 1, [owner](void *, size_t, size_t) mutable { owner.reset(); });
  });
}

} // namespace onnxcc
