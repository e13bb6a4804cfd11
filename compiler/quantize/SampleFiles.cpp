// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finding samples and their classes: see SampleFiles.h.
#include "compiler/quantize/SampleFiles.h"

#include "compiler/driver/Process.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace onnxcc {

using Kind = SampleFile::Kind;

static std::string joinPath(StringRef folder, StringRef name) {
  SmallString<128> path(folder);
  sys::path::append(path, name);
  return path.str().str();
}

static bool holdsInputs(StringRef folder) {
  return sys::fs::exists(joinPath(folder, "input_0.pb")) ||
         sys::fs::exists(joinPath(folder, "input_0.npy"));
}

/// What a file is by its name; nothing for files that are no samples.
static std::optional<Kind> getKind(StringRef path) {
  return StringSwitch<std::optional<Kind>>(sys::path::extension(path).lower())
      .Cases({".npy", ".pb"}, Kind::Tensor)
      .Cases({".png", ".jpg", ".jpeg"}, Kind::Image)
      .Default(std::nullopt);
}

/// A folder's files and folders, in order; hidden ones are left out.
static FailureOr<std::vector<std::string>> listFolder(StringRef folder) {
  std::vector<std::string> names;
  std::error_code code;
  for (sys::fs::directory_iterator entry(folder, code), end; !code && entry != end;
       entry.increment(code))
    if (StringRef name = sys::path::filename(entry->path()); !name.starts_with("."))
      names.push_back(name.str());
  if (code)
    return failCommand("cannot read the folder '" + folder + "': " + code.message());
  sort(names, [](StringRef a, StringRef b) {
    int order = a.compare_numeric(b);
    return order ? order < 0 : a < b;
  });
  return names;
}

/// The files of a folder that are one sample each; `prefix` is before their names.
static LogicalResult addFiles(StringRef folder, StringRef prefix, std::optional<int64_t> label,
                              std::vector<SampleFile> &samples) {
  FailureOr<std::vector<std::string>> names = listFolder(folder);
  if (failed(names))
    return failure();
  for (StringRef name : *names) {
    std::string path = joinPath(folder, name);
    if (std::optional<Kind> kind = getKind(name); kind && !sys::fs::is_directory(path)) {
      SampleFile &sample = samples.emplace_back(SampleFile{*kind, (prefix + name).str(), path});
      sample.label = label;
    }
  }
  return success();
}

/// Folders with inputs, or classes.
static LogicalResult addFolders(StringRef parent, ArrayRef<std::string> names,
                                std::vector<SampleFile> &samples) {
  auto isNumber = [](StringRef name) {
    int64_t number;
    return !name.getAsInteger(10, number);
  };
  bool areNumbers = all_of(names, isNumber);
  for (auto [place, name] : enumerate(names)) {
    std::string folder = joinPath(parent, name);
    if (holdsInputs(folder)) {
      samples.push_back({Kind::Inputs, name, folder});
      continue;
    }
    int64_t label = place;
    if (areNumbers)
      (void)StringRef(name).getAsInteger(10, label);
    if (failed(addFiles(folder, name + "/", label, samples)))
      return failure();
  }
  return success();
}

static LogicalResult addFolder(StringRef folder, std::vector<SampleFile> &samples) {
  if (holdsInputs(folder)) {
    samples.push_back({Kind::Inputs, sys::path::filename(folder.rtrim('/')).str(), folder.str()});
    return success();
  }
  FailureOr<std::vector<std::string>> names = listFolder(folder);
  if (failed(names))
    return failure();
  llvm::erase_if(*names,
                 [&](StringRef name) { return !sys::fs::is_directory(joinPath(folder, name)); });
  size_t before = samples.size();
  if (failed(addFiles(folder, "", std::nullopt, samples)))
    return failure();
  bool hasFiles = samples.size() > before;
  if (failed(addFolders(folder, *names, samples)))
    return failure();
  // Data of which only a part has classes is an accident.
  if (hasFiles && samples.size() > before &&
      any_of(drop_begin(samples, before), [](auto &sample) { return sample.label.has_value(); }))
    return failCommand("'" + folder + "' holds samples beside folders of samples, which are " +
                       "classes: move either elsewhere");
  return success();
}

static LogicalResult addArray(StringRef path, std::vector<SampleFile> &samples) {
  FailureOr<HostTensor> array = readTensor(path);
  if (failed(array))
    return failure();
  if (array->shape.empty())
    return failCommand("'" + path + "' is one number: the first axis of an array counts samples");
  auto shared = std::make_shared<const HostTensor>(std::move(*array));
  for (int64_t k = 0; k < shared->shape.front(); ++k)
    samples.push_back({Kind::Slice, sys::path::filename(path).str() + "[" + std::to_string(k) + "]",
                       path.str(), shared, k});
  return success();
}

FailureOr<std::vector<SampleFile>> listSamples(ArrayRef<std::string> places) {
  std::vector<SampleFile> samples;
  for (StringRef place : places) {
    size_t before = samples.size();
    LogicalResult added = success();
    if (sys::fs::is_directory(place))
      added = addFolder(place, samples);
    else if (!sys::fs::exists(place))
      added = failCommand("there is no '" + place + "', which --data names");
    else if (sys::path::extension(place) == ".npy")
      added = addArray(place, samples);
    else if (std::optional<Kind> kind = getKind(place))
      samples.push_back({*kind, sys::path::filename(place).str(), place.str()});
    if (failed(added))
      return failure();
    if (samples.size() == before)
      return failCommand("'" + place +
                         "' holds no samples: neither input_0.pb or .npy, nor folders " +
                         "with these, nor .npy, .pb, .png or .jpg files, nor folders of them");
  }
  return samples;
}

//===- Classes ---------------------------------------------------------------===//

static LogicalResult readLabelArray(StringRef path, std::vector<SampleFile> &samples) {
  FailureOr<HostTensor> array = readTensor(path);
  if (failed(array))
    return failure();
  StringRef element = getElementName(array->element);
  if ((!element.starts_with("int") && !element.starts_with("uint")) || array->shape.size() != 1 ||
      array->size() != int64_t(samples.size()))
    return failCommand("'" + path + "' is " + describe(array->element, array->shape) + ", and " +
                       Twine(samples.size()) + " samples have as many classes, integers");
  for (auto [index, sample] : enumerate(samples))
    sample.label = int64_t(array->getDouble(index));
  return success();
}

LogicalResult readLabels(StringRef path, std::vector<SampleFile> &samples) {
  if (sys::path::extension(path) == ".npy")
    return readLabelArray(path, samples);
  ErrorOr<std::unique_ptr<MemoryBuffer>> file = MemoryBuffer::getFile(path);
  if (!file)
    return failCommand("cannot read '" + path + "': " + file.getError().message());
  StringMap<int64_t> labels;
  SmallVector<StringRef> lines;
  (*file)->getBuffer().split(lines, '\n');
  for (auto [number, line] : enumerate(lines)) {
    line = line.trim();
    if (line.empty())
      continue;
    size_t end = line.find_last_of(" \t,");
    StringRef name = line.take_front(end == StringRef::npos ? 0 : end).rtrim(" \t,");
    int64_t label;
    if (name.empty() || line.substr(end + 1).getAsInteger(10, label) || label < 0)
      return failCommand("'" + path + "', line " + Twine(number + 1) +
                         ": expected a sample's name and its class, a number");
    auto [known, isNew] = labels.try_emplace(name, label);
    if (!isNew && known->second != label)
      return failCommand("'" + path + "', line " + Twine(number + 1) + ": '" + name +
                         "' has another class above");
  }
  for (SampleFile &sample : samples) {
    auto found = labels.find(sample.name);
    if (found == labels.end())
      found = labels.find(sys::path::filename(sample.name));
    if (found == labels.end())
      return failCommand("'" + path + "' says no class of the sample '" + sample.name + "'");
    sample.label = found->second;
  }
  return success();
}

} // namespace onnxcc
