// SPDX-License-Identifier: Apache-2.0
#include "pop3/session.h"

#include <array>

#include "base/log.h"
#include "base/text.h"

namespace hato::pop3 {
namespace {

using story::What;
using S = Session;

constexpr unsigned kAny = S::kAuthorization | S::kTransaction;
constexpr std::size_t kNoLimit = std::size_t(-1);

struct Row {
  std::string_view keyword;
  unsigned states;
  std::size_t min, max;  // words behind it
  std::string_view usage;
  void (S::*now)(const Command&) = nullptr;
  net::Task<void> (S::*waiting)(const Command&) = nullptr;
};
constexpr std::array<Row, 17> kCommands = {{
    {"RETR", S::kTransaction, 1, 1, "RETR number", nullptr, &S::cmd_retr},
    {"DELE", S::kTransaction, 1, 1, "DELE number", &S::cmd_dele},
    {"LIST", S::kTransaction, 0, 1, "LIST [number]", nullptr, &S::cmd_list},
    {"UIDL", S::kTransaction, 0, 1, "UIDL [number]", nullptr, &S::cmd_uidl},
    {"TOP", S::kTransaction, 2, 2, "TOP number lines", nullptr, &S::cmd_top},
    {"STAT", S::kTransaction, 0, 0, "STAT", &S::cmd_stat},
    {"NOOP", S::kTransaction, 0, 0, "NOOP", &S::cmd_noop},
    {"RSET", S::kTransaction, 0, 0, "RSET", &S::cmd_rset},
    {"USER", S::kAuthorization, 1, 1, "USER name", &S::cmd_user},
    {"PASS", S::kAuthorization, 1, kNoLimit, "PASS password", nullptr, &S::cmd_pass},
    {"APOP", S::kAuthorization, 2, 2, "APOP name digest", nullptr, &S::cmd_apop},
    {"AUTH", S::kAuthorization, 0, 2, "AUTH mechanism [response]", nullptr, &S::cmd_auth},
    {"STLS", S::kAuthorization, 0, 0, "STLS", nullptr, &S::cmd_stls},
    {"UTF8", S::kAuthorization, 0, 0, "UTF8", &S::cmd_utf8},
    {"LANG", kAny, 0, 1, "LANG [language]", &S::cmd_lang},
    {"CAPA", kAny, 0, 0, "CAPA", &S::cmd_capa},
    {"QUIT", kAny, 0, 0, "QUIT", nullptr, &S::cmd_quit},
}};

const Row* find_row(std::string_view keyword) {
  for (const auto& row : kCommands)
    if (iequals(row.keyword, keyword)) return &row;
  return nullptr;
}

// "-ERR [SYS/TEMP] text": the code in brackets as RFC 2449 8 and RFC 3206 have it.
std::string error_line(const Error& error, catalogue::Lang lang, std::string_view behind) {
  const auto& row = catalogue::row(error);
  std::string out = "-ERR ";
  if (!row.pop3.empty()) out.append("[").append(row.pop3).append("] ");
  out += catalogue::fill(row.client(lang), error);
  return out.append(behind).append("\r\n");
}

}  // namespace

Session::Session(net::Stream& stream, const Options& options, const Services& services)
    : stream_(stream),
      options_(options),
      services_(services),
      trace_{.id = new_ref(), .protocol = "pop3", .peer = stream.peer().ip.text()} {
  trace_.add(What::kConnect, stream.peer().text());
}

Session::~Session() {
  Error stopping(ErrorId::kServerStopping);
  close_story({}, &stopping);  // unless it was
  services_.story.record(std::move(trace_));
}

void Session::close_story(std::string text, const Error* error) {
  if (std::exchange(told_, true)) return;
  std::uint64_t bytes = 0;
  auto uids = drop_.uids([&](const auto& m) { return m.fetched && (bytes += m.size, true); });
  if (!uids.empty())
    trace_.add(What::kFetched, "INBOX UID " + uid_ranges(uids) + ", " + format_size(bytes));
  trace_.add(What::kClosed, std::move(text), error);
}

void Session::ok(Text text, std::string_view before) {
  stream_.write("+OK ");
  if (!before.empty()) {
    stream_.write(before);
    stream_.write(" ");
  }
  stream_.write(in_language(text));
  stream_.write("\r\n");
}

void Session::ok_count() {
  ok({drop_.count() == 1 ? "message" : "messages", "通のメッセージ"},
     std::to_string(drop_.count()));
}

void Session::say_refusal(const Error& error) {
  stream_.write(error_line(error, lang_, " (ref " + ref_text(trace_.id) + ")"));
}

void Session::refuse(const Error& error, What what, std::string text) {
  say_refusal(error);
  trace_.add(what, text.empty() ? keyword_ : std::move(text), &error);
  if (ended_ || ++errors_ < options_.max_errors) return;
  Error enough(ErrorId::kPop3TooManyErrors);
  say_refusal(enough);
  lost(enough);
}

void Session::refuse_not_now() { refuse(Error(ErrorId::kPop3NotNow, {{"command", keyword_}})); }

// RFC 1939 3: whoever is gone, or idle for too long, is told nothing and loses nothing.
void Session::lost(const Error& error) {
  close_story({}, &error);
  ended_ = true;
}

void Session::greet() {
  if (services_.authenticator.offers_plain_secret())
    stamp_ =
        "<" + ref_text(trace_.id) + "." + to_hex(random_bytes(8)) + "@" + options_.hostname + ">";
  if (const auto* tls = stream_.tls()) trace_.add(What::kTls, tls->version + " " + tls->cipher);
  stream_.write("+OK " + options_.hostname + " Hato POP3" + (stamp_.empty() ? "" : " ") + stamp_ +
                "\r\n");
}

bool Session::take_line() {
  auto line = first_line(stream_.input());
  if (line.empty()) return false;
  line_ = without_end(line);
  stream_.consume(line.size());
  return true;
}

net::Task<void> Session::flush() {
  auto sent = co_await stream_.flush();
  if (!sent) lost(sent.error());
}

net::Task<void> Session::more_input() {
  if (stream_.pending() > 0) co_await flush();
  if (ended_) co_return;
  auto more = co_await stream_.fill(kMaxLine);
  if (more) co_return;
  auto why = more.error().id();
  if (why == ErrorId::kServerStopping || why == ErrorId::kNetOverflow) say_refusal(more.error());
  lost(more.error());
}

net::Task<void> Session::run() {
  stream_.set_timeout(options_.idle_timeout);
  greet();
  while (!ended_) {
    if (!take_line()) {
      co_await more_input();
      continue;
    }
    auto command = parse_command(line_);
    const Row* row = command ? find_row(command->keyword) : nullptr;
    keyword_ = row ? row->keyword : "";
    if (!row)
      refuse(Error(ErrorId::kPop3Command));
    else if (!(row->states & state_))
      refuse_not_now();
    else if (command->count < row->min || command->count > row->max)
      refuse(Error(ErrorId::kPop3Arguments, {{"usage", std::string(row->usage)}}));
    else if (row->now)
      (this->*row->now)(*command);
    else
      co_await (this->*row->waiting)(*command);
    if (high() && !ended_) co_await flush();
  }
}

net::Task<void> serve(net::Stream& stream, const Options& options, const Services& services) {
  Session session(stream, options, services);
  co_await session.run();
}

std::string refusal(const Error& error, const std::string&) {
  return error_line(error, catalogue::Lang::kEn, "");
}

}  // namespace hato::pop3
