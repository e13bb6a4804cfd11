// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// External data: maps the files that a model's tensors refer to, which must lie in the model's
// folder.
#include "compiler/import/Tensors.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace onnxcc::importer {

Error checkLocation(StringRef folder, StringRef location) {
  if (location.empty())
    return createStringError("has external data without a location");
  if (sys::path::is_absolute(location))
    return createStringError("has external data outside the model's folder: '" + location +
                             "' is absolute");
  SmallString<128> path(folder);
  for (StringRef part : make_range(sys::path::begin(location), sys::path::end(location))) {
    if (part == "..")
      return createStringError("has external data outside the model's folder: '" + location + "'");
    sys::path::append(path, part);
    if (sys::fs::is_symlink_file(path))
      return createStringError("has external data through a symbolic link: '" + location + "'");
  }
  return Error::success();
}

/// The whole file, mapped once however many tensors lie in it.
static Expected<std::shared_ptr<MemoryBuffer>> mapFile(Model &model, StringRef path,
                                                       StringRef location) {
  auto [entry, isNew] = model.externalFiles.try_emplace(path);
  if (!isNew)
    return entry->second;
  sys::fs::file_status status;
  std::error_code code = sys::fs::status(path, status);
  if (!code && !sys::fs::is_regular_file(status))
    code = std::make_error_code(std::errc::invalid_argument);
  auto buffer =
      code ? ErrorOr<std::unique_ptr<MemoryBuffer>>(code)
           : MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer) {
    model.externalFiles.erase(entry);
    return createStringError("has external data that cannot be read: '" + location +
                             "': " + buffer.getError().message());
  }
  if (model.options.filesRead)
    model.options.filesRead->push_back(path.str());
  return entry->second = std::move(*buffer);
}

Expected<Payload> readExternal(Model &model, const ::onnx::TensorProto &tensor, int64_t bytes) {
  std::string location;
  uint64_t offset = 0, length = bytes;
  for (const auto &entry : tensor.external_data()) {
    StringRef value = entry.value();
    if (entry.key() == "location")
      location = entry.value();
    else if (entry.key() == "offset" || entry.key() == "length")
      if (value.getAsInteger(10, entry.key() == "offset" ? offset : length))
        return createStringError("has external data of " + entry.key() + " '" + value + "'");
  }
  if (!model.source.folder)
    return createStringError("has external data, '" + location +
                             "', and the model comes from memory without a folder for them");
  StringRef folder = *model.source.folder;
  if (Error error = checkLocation(folder, location))
    return error;
  SmallString<128> path(folder);
  sys::path::append(path, location);
  auto file = mapFile(model, path, location);
  if (!file)
    return file.takeError();
  uint64_t size = (*file)->getBufferSize();
  if (length < uint64_t(bytes))
    return createStringError("has external data of " + Twine(length) +
                             " bytes; its type and shape need " + Twine(bytes));
  if (offset > size || length > size - offset)
    return createStringError("has external data beyond the end of '" + location +
                             "': the file has " + Twine(size) + " bytes, " + Twine(length) +
                             " at offset " + Twine(offset) + " are needed");
  return Payload{ArrayRef((*file)->getBufferStart() + offset, bytes), *file};
}

} // namespace onnxcc::importer
