// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading the schedule table: see Schedules.h.
#include "kernels/Schedules.h"

#include "kernels/Registry.h"
#include "targets/Target.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

using namespace mlir;

namespace onnxcc::kernels {

extern const char *const kScheduleTable; // schedules.table, by the build

namespace {

struct Condition {
  StringRef fact;
  enum { Most, Least, Is } kind;
  int64_t value;

  bool holds(const ShapeFacts &facts) const {
    auto found = facts.find(fact);
    if (found == facts.end())
      return false;
    int64_t given = found->second;
    return kind == Most ? given <= value : kind == Least ? given >= value : given == value;
  }
};

/// Names of a row's column: "x86-64*" fits what begins so.
struct Names {
  SmallVector<StringRef> patterns;

  static bool fits(StringRef pattern, StringRef name) {
    return pattern.consume_back("*") ? name.starts_with(pattern) : pattern == name;
  }
  bool fits(StringRef name) const {
    return llvm::any_of(patterns, [&](StringRef pattern) { return fits(pattern, name); });
  }
};

struct Row {
  Names families, targets, compilers;
  SmallVector<Condition> conditions;
  SmallVector<std::pair<StringRef, StringRef>> choices;

  bool fits(StringRef family, StringRef target, StringRef compiler, const ShapeFacts &facts) const {
    return families.fits(family) && targets.fits(target) && compilers.fits(compiler) &&
           llvm::all_of(conditions,
                        [&](const Condition &condition) { return condition.holds(facts); });
  }
};

[[noreturn]] void refuse(const llvm::Twine &what) {
  llvm::report_fatal_error("schedules.table: " + what, /*gen_crash_diag=*/false);
}

/// A list whose every pattern fits one of the names that there are.
Names parseNames(StringRef text, StringRef what, ArrayRef<StringRef> known) {
  Names names;
  text.split(names.patterns, ',');
  for (StringRef pattern : names.patterns)
    if (llvm::none_of(known, [&](StringRef name) { return Names::fits(pattern, name); }))
      refuse("no " + what + " is called '" + pattern + "'");
  return names;
}

Condition parseCondition(StringRef text) {
  Condition condition{};
  std::pair<StringRef, StringRef> parts;
  if (text.contains("<=")) {
    condition.kind = Condition::Most;
    parts = text.split("<=");
  } else if (text.contains(">=")) {
    condition.kind = Condition::Least;
    parts = text.split(">=");
  } else {
    condition.kind = Condition::Is;
    parts = text.split('=');
  }
  condition.fact = parts.first;
  if (parts.second.getAsInteger(10, condition.value))
    refuse("bad condition '" + text + "'");
  return condition;
}

std::vector<Row> parseTable() {
  auto getNames = [](const auto *room) { return room->getName(); };
  SmallVector<StringRef> families = llvm::map_to_vector(getFamilies(), getNames);
  llvm::append_range(families, llvm::map_range(getRoutines(), getNames));
  SmallVector<StringRef> targets =
      llvm::map_to_vector(getTargets(), [](const Target &target) { return target.name; });
  std::vector<Row> rows;
  SmallVector<StringRef> lines;
  StringRef(kScheduleTable).split(lines, '\n');
  for (StringRef line : lines) {
    SmallVector<StringRef> words;
    llvm::SplitString(line.split('#').first, words);
    if (words.empty())
      continue;
    if (words.size() < 5)
      refuse("fewer than five columns in '" + line + "'");
    Row row{parseNames(words[0], "family or routine", families),
            parseNames(words[1], "target", targets),
            parseNames(words[2], "kind of compiler", {"g++", "clang++"}),
            {},
            {}};
    if (words[3] != "*") {
      SmallVector<StringRef> conditions;
      words[3].split(conditions, '&');
      for (StringRef condition : conditions)
        row.conditions.push_back(parseCondition(condition));
    }
    for (StringRef choice : ArrayRef(words).drop_front(4))
      row.choices.push_back(choice.split('='));
    rows.push_back(std::move(row));
  }
  return rows;
}

/// "6x2" as numbers; empty if it is a word.
SmallVector<int64_t> parseNumbers(StringRef text) {
  SmallVector<StringRef> parts;
  text.split(parts, 'x');
  SmallVector<int64_t> numbers(parts.size());
  for (auto [part, number] : llvm::zip(parts, numbers))
    if (part.getAsInteger(10, number))
      return {};
  return numbers;
}

} // namespace

ArrayRef<int64_t> Choices::numbers(StringRef name) const {
  return values.find(name)->second.numbers;
}
bool Choices::is(StringRef name, StringRef value) const {
  auto found = values.find(name);
  return found != values.end() && found->second.word == value;
}
void Choices::set(StringRef name, ArrayRef<int64_t> numbers) {
  values[name] = {llvm::to_vector(numbers), ""};
}
void Choices::set(StringRef name, StringRef word) { values[name] = {{}, word.str()}; }

DictionaryAttr Choices::toAttribute(MLIRContext *context) const {
  Builder builder(context);
  SmallVector<NamedAttribute> attributes;
  for (const auto &entry : values) {
    const Value &value = entry.second;
    Attribute given;
    if (value.numbers.empty())
      given = builder.getStringAttr(value.word);
    else if (value.numbers.size() == 1)
      given = builder.getI64IntegerAttr(value.numbers[0]);
    else
      given = builder.getI64ArrayAttr(value.numbers);
    attributes.push_back(builder.getNamedAttr(entry.first(), given));
  }
  return builder.getDictionaryAttr(attributes);
}

Choices Choices::get(DictionaryAttr attribute) {
  Choices choices;
  for (NamedAttribute entry : attribute) {
    if (auto word = dyn_cast<StringAttr>(entry.getValue()))
      choices.set(entry.getName(), word.getValue());
    else if (auto number = dyn_cast<IntegerAttr>(entry.getValue()))
      choices.set(entry.getName(), number.getInt());
    else if (auto list = dyn_cast<ArrayAttr>(entry.getValue()))
      choices.set(entry.getName(),
                  llvm::map_to_vector(list.getAsRange<IntegerAttr>(),
                                      [](IntegerAttr number) { return number.getInt(); }));
  }
  return choices;
}

Choices lookUpSchedule(StringRef family, StringRef target, StringRef compiler,
                       const ShapeFacts &facts) {
  static const std::vector<Row> table = parseTable();
  Choices choices;
  for (const Row &row : table)
    if (row.fits(family, target, compiler, facts))
      for (auto [name, value] : row.choices) {
        if (choices.has(name))
          continue;
        SmallVector<int64_t> numbers = parseNumbers(value);
        if (numbers.empty())
          choices.set(name, value);
        else
          choices.set(name, numbers);
      }
  return choices;
}

} // namespace onnxcc::kernels
