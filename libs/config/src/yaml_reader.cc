// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "yaml_reader.h"

#include <algorithm>
#include <exception>
#include <map>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "yaml_text.h"

namespace cortado::config {
namespace {

using base::OptionNode;

constexpr std::size_t kMaxBytes = 1U << 20;
constexpr std::size_t kMaxValues = 100'000;
constexpr std::size_t kMaxDepth = 32;

/// Leaves the parser where a document is not worth reading on.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Builds the tree from yaml-cpp's events: its own node tree silently takes the first of equal
/// keys.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const YamlPlace& place, YamlTree& tree) : place_(place), tree_(tree) {}

  std::string place_of(const YAML::Mark& mark) const {
    if (!place_.with_lines || mark.is_null()) return place_.name;
    return place_.name + ":" + std::to_string(mark.line + 1);
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(seen_document_, true))
      throw Refused(place_of(mark) + ": a second document begins; one file holds one document");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    if (expects_key()) refuse_key(mark);
    scalar(mark, "");
  }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                const std::string& value) override {
    if (expects_key()) {
      take_key(mark, value);
    } else {
      scalar(mark, value);
    }
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(mark, OptionNode::Kind::kSequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(mark, OptionNode::Kind::kMapping);
  }
  void OnMapEnd() override { close(); }
  void OnAnchor(const YAML::Mark& mark, const std::string&) override { refuse_anchor(mark); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse_anchor(mark); }

 private:
  /// A list or mapping that is not closed yet.
  struct Frame {
    OptionNode node;
    std::map<std::string, std::string> places;  ///< of a mapping's keys
    std::string key;
    bool has_key = false;
    bool repeated = false;  ///< the key stood before: its value is dropped
  };

  bool expects_key() const {
    return !frames_.empty() && frames_.back().node.kind == OptionNode::Kind::kMapping &&
           !frames_.back().has_key;
  }

  [[noreturn]] void refuse_key(const YAML::Mark& mark) const {
    throw Refused(place_of(mark) + ": a key must be a plain text");
  }

  [[noreturn]] void refuse_anchor(const YAML::Mark& mark) const {
    throw Refused(place_of(mark) + ": anchors and aliases are not supported; write the value out");
  }

  std::string path_to(const std::string& key) const {
    std::string path;
    for (const auto& frame : frames_) {
      if (&frame != &frames_.back() && frame.has_key) path += frame.key + ".";
    }
    return path + key;
  }

  void count(const YAML::Mark& mark) {
    if (++values_ > kMaxValues) throw Refused(place_of(mark) + ": more than 100,000 values");
  }

  void take_key(const YAML::Mark& mark, const std::string& key) {
    Frame& frame = frames_.back();
    const auto [first, fresh] = frame.places.emplace(key, place_of(mark));
    if (!fresh) {
      tree_.problems.push_back(place_of(mark) + ": " + shown_key(path_to(key)) +
                               " is set twice, first at " + first->second);
    }
    frame.key = key;
    frame.has_key = true;
    frame.repeated = !fresh;
  }

  OptionNode make(const YAML::Mark& mark, OptionNode::Kind kind) {
    count(mark);
    OptionNode node;
    node.kind = kind;
    const bool has_key = !frames_.empty() && frames_.back().has_key;
    node.origin = has_key ? frames_.back().places.at(frames_.back().key) : place_of(mark);
    return node;
  }

  void scalar(const YAML::Mark& mark, const std::string& value) {
    OptionNode node = make(mark, OptionNode::Kind::kScalar);
    node.scalar = value;
    add(std::move(node));
  }

  void open(const YAML::Mark& mark, OptionNode::Kind kind) {
    if (expects_key()) refuse_key(mark);
    if (frames_.size() >= kMaxDepth) throw Refused(place_of(mark) + ": more than 32 levels");
    OptionNode node = make(mark, kind);
    frames_.emplace_back();
    frames_.back().node = std::move(node);
  }

  void close() {
    OptionNode node = std::move(frames_.back().node);
    frames_.pop_back();
    add(std::move(node));
  }

  void add(OptionNode node) {
    if (frames_.empty()) {
      tree_.root = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.kind == OptionNode::Kind::kSequence) {
      frame.node.items.push_back(std::move(node));
      return;
    }
    if (!frame.repeated) frame.node.fields.emplace_back(frame.key, std::move(node));
    frame.has_key = false;
  }

  const YamlPlace& place_;
  YamlTree& tree_;
  std::vector<Frame> frames_;
  std::size_t values_ = 0;
  bool seen_document_ = false;
};

/// True if a document of the text still sees a key that is written behind it.
bool has_key_behind(const std::string& text) {
  constexpr const char* kKey = "end-of-file";
  try {
    for (const YAML::Node& document : YAML::LoadAll(text + "\n" + kKey + ": 0\n")) {
      if (document.IsMap() && document[kKey]) return true;
    }
  } catch (const YAML::Exception&) {
    return true;  // not a mapping of lines, which a quote could swallow
  }
  return false;
}

/// The parser takes the end of the file for the end of a quoted text. Return the quote that was
/// not closed, or 0.
char unclosed_quote(const std::string& text) {
  if (has_key_behind(text)) return 0;
  for (const char quote : {'"', '\''}) {
    if (text.find(quote) != std::string::npos && has_key_behind(text + quote)) return quote;
  }
  return 0;
}

std::string_view line_of(std::string_view text, int line) {
  for (; line > 0 && text.find('\n') != std::string_view::npos; --line)
    text.remove_prefix(text.find('\n') + 1);
  return text.substr(0, text.find('\n'));
}

/// What the parser's words do not say.
std::string_view hint(std::string_view line) {
  if (line.find('\t') != std::string_view::npos) return " (YAML takes blanks only, no tabs)";
  const std::size_t flow = line.find('{');
  const std::size_t variable = line.find("${");
  if (variable != std::string_view::npos && flow < variable)
    return " (inside { } a value with ${...} must stand in quotes)";
  return "";
}

void fail(YamlTree& tree, std::string problem) {
  tree.problems.push_back(std::move(problem));
  tree.usable = false;
}

}  // namespace

YamlTree read_yaml(const std::string& text, const YamlPlace& place) {
  YamlTree tree;
  if (text.size() > kMaxBytes) {
    fail(tree, place.name + ": longer than 1 MiB");
    return tree;
  }
  TreeBuilder builder(place, tree);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    if (const char quote = unclosed_quote(text); quote != 0) {
      const auto line = std::count(
          text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.rfind(quote)), '\n');
      fail(tree,
           place.name + ":" + std::to_string(line + 1) + ": the quote " + quote + " is not closed");
    }
  } catch (const Refused& refused) {
    fail(tree, refused.what());
  } catch (const YAML::Exception& error) {
    fail(tree, builder.place_of(error.mark) + ": not valid YAML: " + error.msg +
                   std::string(hint(line_of(text, error.mark.line))));
  } catch (const std::exception& error) {
    fail(tree, place.name + ": not valid YAML: " + error.what());
  }
  return tree;
}

}  // namespace cortado::config
