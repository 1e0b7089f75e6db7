// SPDX-License-Identifier: Apache-2.0
// hato explain, codes, causes: the doctor at the command line. Opens neither configuration nor
// store.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/explain_log.h"
#include "cli/report.h"
#include "doctor/bounce.h"
#include "doctor/decode.h"
#include "doctor/lookup.h"
#include "doctor/report.h"

namespace hato::cli {
namespace {

// Of a longer input the beginning and the end are read, this much of each.
constexpr std::size_t kEnd = 1 << 20;
constexpr std::size_t kMaxLine = 16 << 20;  // of a batch

std::unexpected<Error> unreadable(const std::string& file) {
  return fail(ErrorId::kFileUnreadable, {{"file", file}, {"reason", std::strerror(errno)}});
}

std::string read_up_to(Input& in, std::size_t most) {
  std::string out(most, '\0');
  std::size_t have = 0;
  while (have < most) {
    const auto n = in.read(out.data() + have, most - have);
    if (n == 0) break;
    have += n;
  }
  out.resize(have);
  return out;
}

// All of it, or its first and its last megabyte.
std::string read_input(Input& in) {
  auto head = read_up_to(in, 2 * kEnd);
  if (head.size() < 2 * kEnd) return head;
  std::string tail = head.substr(kEnd);
  head.resize(kEnd);
  for (;;) {
    auto more = read_up_to(in, kEnd);
    if (more.empty()) return head + '\n' + tail.substr(tail.size() - kEnd);
    tail.erase(0, more.size());
    tail += more;
  }
}

Result<std::string> read_file(const std::string& file) {
  struct Fd {
    int fd;
    ~Fd() { ::close(fd); }
  };
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return unreadable(file);
  Fd owned{fd};
  struct stat status{};
  if (::fstat(fd, &status) != 0) return unreadable(file);
  if (S_ISDIR(status.st_mode)) return fail(ErrorId::kExplainFolder, {{"file", file}});
  class FileInput final : public Input {
   public:
    explicit FileInput(int fd) : fd_(fd) {}
    std::size_t read(char* to, std::size_t room) override {
      const auto n = ::read(fd_, to, room);
      failed |= n < 0;
      return n > 0 ? std::size_t(n) : 0;
    }
    bool failed = false;

   private:
    const int fd_;
  } in(fd);
  std::string text;
  if (S_ISREG(status.st_mode) && std::size_t(status.st_size) > 2 * kEnd) {
    text = read_up_to(in, kEnd) + '\n';
    if (::lseek(fd, status.st_size - off_t(kEnd), SEEK_SET) < 0) return unreadable(file);
    text += read_up_to(in, kEnd);
  } else {
    text = read_input(in);
  }
  if (in.failed) return unreadable(file);
  return text;
}

struct Source {
  std::string name;  // for errors
  std::string bytes;
};

// The words are files where one of them is there, else one text.
Result<std::vector<Source>> sources(Call& call) {
  std::vector<Source> out;
  const auto& words = call.args.words;
  if (words.empty()) {
    out.push_back({std::string(Text{"The input", "入力"}.in(call.look.lang)), read_input(call.in)});
    return out;
  }
  std::string text;
  bool files = false;
  for (const auto& w : words) {
    std::error_code none;
    // A path that is not there is meant as one all the same.
    files |= std::filesystem::exists(w, none) ||
             ((w.starts_with("/") || w.starts_with("./")) && !w.contains(' '));
    text += (text.empty() ? "" : " ") + w;
  }
  if (!files) {
    out.push_back({std::string(Text{"The text", "文"}.in(call.look.lang)), text});
    return out;
  }
  for (const auto& w : words) {
    HATO_TRY(bytes, read_file(w));
    out.push_back({w, std::move(bytes)});
  }
  return out;
}

Result<> write_page(const std::string& file, std::string_view page) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> f(std::fopen(file.c_str(), "w"), std::fclose);
  if (f && std::fwrite(page.data(), 1, page.size(), f.get()) == page.size() &&
      std::fclose(f.release()) == 0)
    return {};
  return fail(ErrorId::kFileUnwritable, {{"file", file}, {"reason", std::strerror(errno)}});
}

Result<> explain_one(Call& call, doctor::Doctor& doctor, const Source& source, bool named) {
  auto decoded = doctor::decode(source.bytes);
  if (decoded.binary) return fail(ErrorId::kExplainBinary, {{"file", source.name}});
  if (trim(decoded.text).empty()) return fail(ErrorId::kExplainNothing);
  auto codes = doctor::look_up(decoded.text);
  auto diagnosis = codes.empty() ? doctor.explain(decoded.text)
                                 : doctor.look_up(trim(decoded.text), std::move(codes));
  doctor.locate_words(diagnosis);
  const auto lang = call.look.lang;
  if (auto page = std::string(call.args.value("--html")); !page.empty())
    HATO_CHECK(write_page(page, doctor::report_html(diagnosis, lang, decoded.text)));
  if (call.look.json) return call.out.write(doctor::report_json(diagnosis, lang)), Result<>{};
  if (call.args.has("--html")) return {};
  if (named) call.out.write(bold(call.look, source.name) + '\n');
  call.out.write(doctor::report_text(diagnosis, lang, {call.look.colours, call.look.columns}));
  return {};
}

// {"id": ..., "text": ...} a line in, one line out each, in order.
Result<> explain_batch(Call& call) {
  doctor::Doctor doctor;
  std::string buffer, out;
  std::uint64_t number = 0;
  auto answer = [&](std::string_view line) -> Result<> {
    ++number;
    if (trim(line).empty()) return {};
    boost::system::error_code error;
    auto value = boost::json::parse(boost::json::string_view(line.data(), line.size()), error);
    auto* object = error ? nullptr : value.if_object();
    auto* text = object ? object->if_contains("text") : nullptr;
    if (!text || !text->is_string())
      return fail(ErrorId::kExplainBatchLine,
                  {{"line", std::to_string(number)},
                   {"example", R"({"id": "1", "text": "550 5.1.1 User unknown"})"}});
    auto* id = object->if_contains("id");
    const auto& s = text->get_string();
    auto decoded = doctor::decode({s.data(), s.size()});
    out += doctor::report_line(doctor.explain(decoded.text),
                               id ? boost::json::serialize(*id) : "null");
    return {};
  };
  for (;;) {
    auto more = read_up_to(call.in, 64 << 10);
    if (more.empty()) break;
    buffer += more;
    std::size_t at = 0;
    for (auto end = buffer.find('\n'); end != buffer.npos;
         at = end + 1, end = buffer.find('\n', at))
      HATO_CHECK(answer(std::string_view(buffer).substr(at, end - at)));
    buffer.erase(0, at);
    if (buffer.size() > kMaxLine)
      return fail(ErrorId::kExplainBatchLine, {{"line", std::to_string(number + 1)}});
    call.out.write(out);
    out.clear();
  }
  HATO_CHECK(answer(buffer));
  call.out.write(out);
  return {};
}

std::string_view name_of(doctor::BounceReport::Kind kind) {
  constexpr std::string_view kNames[] = {"none", "bounce", "feedback", "vacation", "delivered"};
  return kNames[std::size_t(kind)];
}

std::string bounce_line(std::string_view file, const doctor::BounceReport& report) {
  boost::json::array recipients;
  for (const auto& r : report.recipients)
    recipients.push_back(boost::json::object{{"address", printable_utf8(r.address)},
                                             {"status", r.status},
                                             {"reply", r.reply},
                                             {"reason", r.reason},
                                             {"permanent", r.permanent}});
  return boost::json::serialize(boost::json::object{{"file", printable_utf8(file)},
                                                    {"kind", name_of(report.kind)},
                                                    {"recipients", std::move(recipients)}}) +
         '\n';
}

// The path of a mail a line in, one line out each, in order.
Result<> explain_mails(Call& call) {
  doctor::Doctor doctor;
  std::string paths;
  for (auto more = read_up_to(call.in, kEnd); !more.empty(); more = read_up_to(call.in, kEnd))
    paths += more;
  for (auto path : split(paths, '\n')) {
    path = trim(path);
    if (path.empty()) continue;
    HATO_TRY(mail, read_file(std::string(path)));
    call.out.write(bounce_line(path, doctor::read_bounce(mail, doctor)));
  }
  return {};
}

Result<> explain(Call& call) {
  if (call.args.has("--batch"))
    return call.args.has("--mail") ? explain_mails(call) : explain_batch(call);
  if (call.args.has("--log")) return explain_log(call);
  HATO_TRY(inputs, sources(call));
  doctor::Doctor doctor;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (i && !call.look.json) call.out.write("\n");
    HATO_CHECK(explain_one(call, doctor, inputs[i], inputs.size() > 1));
  }
  return {};
}

std::string hint(Lang lang, std::optional<std::string_view> near) {
  if (!near) return {};
  const std::string name(*near);
  return lang == Lang::kJa ? "もしかして: " + name : " Did you mean: " + name + "?";
}

Result<> codes(Call& call) {
  const auto lang = call.look.lang;
  const auto& families = catalogue::image().families;
  if (call.args.words.empty()) {
    Table table(call, {{"family", {"family", "系列"}},
                       {"codes", {"codes", "件数"}, Align::kRight},
                       {"title", {"what they are", "内容"}}});
    for (const auto& f : families)
      table.row({std::string(f.name.view()), std::uint64_t(f.codes.size),
                 std::string(catalogue::title(f, lang))});
    return {};
  }
  const auto* family = catalogue::find_family(call.word(0));
  if (!family) {
    std::vector<std::string_view> names;
    for (const auto& f : families) names.push_back(f.name);
    return fail(ErrorId::kCodeFamilyUnknown,
                {{"family", call.word(0)}, {"hint", hint(lang, nearest(call.word(0), names))}});
  }
  Table table(
      call,
      {{"value", {"value", "値"}}, {"symbol", {"name", "名前"}}, {"meaning", {"meaning", "意味"}}});
  for (const auto& c : family->codes)
    table.row({std::string(c.value.view()), std::string(c.symbol.view()),
               std::string(catalogue::text(c, lang))});
  return {};
}

Result<> causes(Call& call) {
  const auto lang = call.look.lang;
  if (call.args.words.empty()) {
    Table table(call, {{"cause", {"cause", "原因"}},
                       {"side", {"side", "側"}},
                       {"title", {"what it is", "内容"}}});
    for (const auto& c : catalogue::image().causes)
      table.row({std::string(c.slug.view()), std::string(c.side.view()),
                 std::string(catalogue::text(c, lang).title.view())});
    return {};
  }
  const auto* cause = catalogue::find_cause(call.word(0));
  if (!cause)
    return fail(
        ErrorId::kCauseUnknown,
        {{"cause", call.word(0)}, {"hint", hint(lang, catalogue::nearest_cause(call.word(0)))}});
  call.out.write(call.look.json
                     ? doctor::cause_json(*cause, lang)
                     : doctor::cause_text(*cause, lang, {call.look.colours, call.look.columns}));
  return {};
}

}  // namespace

std::vector<Command> explain_commands() {
  return {
      {"explain",
       "[TEXT|FILE|CODE...]",
       {"what an error of any mail program or server means", "メールのエラーの意味、原因、直し方"},
       {{"--html", "FILE", {"write a page to pass on", "人に渡せるページを書き出す"}},
        {"--log",
         "",
         {"sum up mail logs: FILE... or standard input",
          "メールログの問題をまとめる (FILE... か標準入力)"}},
        {"--batch", "", {"JSON lines in, JSON lines out", "JSON の行を読み、JSON の行で答える"}},
        {"--mail",
         "",
         {"with --batch: paths of mails in, JSON lines out",
          "--batch と共に: メールのパスの行を読み、JSON の行で答える"}}},
       {{"hato explain \"550 5.1.1 User unknown\"", {}},
        {"hato explain 0x800CCC0E", {"a code alone", "コードだけを調べる"}},
        {"hato explain error.txt --html error.html", {}},
        {"hato explain --log /var/log/mail.log*",
         {"logs, compressed ones too", "圧縮したログも読める"}},
        {"xclip -o | hato explain", {"what was copied", "コピーした文を調べる"}}},
       Command::kHere,
       explain},
      {"codes",
       "[FAMILY]",
       {"the codes that explain knows", "explain が知っているコードの一覧"},
       {},
       {{"hato codes oe", {}}},
       Command::kHere,
       codes},
      {"causes",
       "[SLUG]",
       {"the causes that explain knows, or one in full",
        "explain が知っている原因の一覧、または 1 件の詳細"},
       {},
       {{"hato causes port25-blocked", {}}},
       Command::kHere,
       causes},
  };
}

}  // namespace hato::cli
