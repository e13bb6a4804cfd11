// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The lists of families and routines, and finding one by its name.
#include "kernels/Registry.h"

using namespace mlir;

namespace onnxcc::kernels {

ArrayRef<const Family *> getFamilies() {
  static const Family *const families[] = {
#define ONNXCC_FAMILY(name) &get##name(),
#include "kernels/Families.def"
#undef ONNXCC_FAMILY
  };
  return families;
}

ArrayRef<const Routine *> getRoutines() {
  static const Routine *const routines[] = {
#define ONNXCC_ROUTINE(name) &get##name(),
#include "kernels/Routines.def"
#undef ONNXCC_ROUTINE
  };
  return routines;
}

template <class Room> static const Room *find(ArrayRef<const Room *> rooms, StringRef name) {
  auto found = llvm::find_if(rooms, [&](const Room *room) { return room->getName() == name; });
  return found == rooms.end() ? nullptr : *found;
}

const Family *findFamily(StringRef name) { return find(getFamilies(), name); }

const Routine *findRoutine(StringRef name) { return find(getRoutines(), name); }

} // namespace onnxcc::kernels
