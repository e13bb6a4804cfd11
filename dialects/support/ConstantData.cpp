// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constant tensors, small and large: see ConstantData.h.
#include "dialects/support/ConstantData.h"

#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/xxhash.h"

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

bool isFinite(ElementsAttr value) {
  auto element = dyn_cast<FloatType>(value.getElementType());
  if (!element)
    return true;
  std::optional<ConstantView> view = ConstantView::get(value);
  if (!view)
    return false;
  unsigned bits = element.getWidth(), width = getStorageBits(element) / 8;
  ArrayRef<char> bytes = view->bytes();
  for (size_t at = 0; at < bytes.size(); at += width) {
    uint64_t word = 0;
    memcpy(&word, bytes.data() + at, width);
    if (!llvm::APFloat(element.getFloatSemantics(), llvm::APInt(bits, word)).isFinite())
      return false;
  }
  return true;
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
    if (!blob || (blob->getData().empty() && view.tensorType && view.tensorType.getNumElements()))
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

static bool holds(const AsmResourceBlob *blob, ArrayRef<char> bytes) {
  return blob && blob->getData() == bytes;
}

/// A resource named by its contents' hash, so that equal weights of equal type are one attribute
/// and one blob. The hash is one that costs less than reading a file; what it finds is compared.
static ElementsAttr makeResource(RankedTensorType type, ArrayRef<char> bytes,
                                 function_ref<AsmResourceBlob()> makeBlob) {
  ArrayRef<uint8_t> raw(reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size());
  llvm::XXH128_hash_t hash = llvm::xxh3_128bits(raw);
  std::string name = llvm::formatv("xxh3_{0:x-16}{1:x-16}", hash.high64, hash.low64);
  auto manager = DenseResourceElementsHandle::getManagerInterface(type.getContext());
  if (auto *entry = manager.getBlobManager().lookup(name)) {
    // Released, and needed again.
    if (!entry->getBlob() || entry->getBlob()->getData().empty())
      manager.update(name, makeBlob());
    if (holds(entry->getBlob(), bytes)) {
      auto *dialect = type.getContext()->getLoadedDialect<BuiltinDialect>();
      return DenseResourceElementsAttr::get(type, DenseResourceElementsHandle(entry, dialect));
    }
  }
  return DenseResourceElementsAttr::get(type, manager.insert(name, makeBlob()));
}

/// What is small, or repeats its first element and is held as that one; null for all else.
static ElementsAttr makeSmall(RankedTensorType type, ArrayRef<char> bytes) {
  if (int64_t(bytes.size()) <= kDenseLimit)
    return makeDense(type, bytes);
  size_t width = getStorageBits(type.getElementType()) / 8;
  if (!std::equal(bytes.begin() + width, bytes.end(), bytes.begin()))
    return {};
  if (type.getElementType().isInteger(1))
    return DenseElementsAttr::get(type, bytes.front() != 0);
  return makeDense(type, bytes.take_front(width));
}

ElementsAttr makeConstant(RankedTensorType type, ArrayRef<char> bytes) {
  if (ElementsAttr small = makeSmall(type, bytes))
    return small;
  return makeResource(type, bytes,
                      [&] { return HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64); });
}

ElementsAttr makeConstant(RankedTensorType type, std::vector<char> &&bytes) {
  auto owner = std::make_shared<std::vector<char>>(std::move(bytes));
  return makeConstant(type, ArrayRef<char>(*owner), owner);
}

ElementsAttr makeConstant(RankedTensorType type, ArrayRef<char> bytes,
                          std::shared_ptr<void> owner) {
  if (ElementsAttr small = makeSmall(type, bytes))
    return small;
  return makeResource(type, bytes, [&] {
    return UnmanagedAsmResourceBlob::allocateWithAlign(
        bytes, 1, [owner](void *, size_t, size_t) mutable { owner.reset(); });
  });
}

ElementsAttr reshapeConstant(ElementsAttr value, RankedTensorType type) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  return cast<DenseElementsAttr>(value).reshape(type);
}

void releaseUnusedConstants(Operation *root) {
  llvm::StringSet<> used;
  AttrTypeWalker walker;
  walker.addWalk(
      [&](DenseResourceElementsAttr constant) { used.insert(constant.getRawHandle().getKey()); });
  root->walk([&](Operation *op) { walker.walk(op->getAttrDictionary()); });
  auto manager = DenseResourceElementsHandle::getManagerInterface(root->getContext());
  SmallVector<std::string> unused;
  manager.getBlobManager().getBlobMap([&](const auto &entries) {
    for (const auto &entry : entries)
      if (!used.contains(entry.getKey()) && entry.getValue().getBlob())
        unused.push_back(entry.getKey().str());
  });
  for (StringRef name : unused)
    manager.update(name, AsmResourceBlob());
}

} // namespace onnxcc
