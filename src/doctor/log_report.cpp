// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "base/text.h"
#include "doctor/log.h"
#include "doctor/log_line.h"
#include "doctor/terminal.h"
#include "doctor/view.h"

namespace hato::doctor {
namespace {

constexpr Words kNothing{"Nothing wrong was found.", "問題は見つかりませんでした。"};
constexpr Words kNoTimes{"No line begins with a time, as lines of a log do.",
                         "ログのように時刻で始まる行がありません。"};
constexpr Words kRead{"{1} lines read, {2}", "{1} 行 ({2}) を読みました"};
constexpr Words kFound{"Problems: {1}, in {2} lines", "問題: {1} 種類、{2} 行"};
constexpr Words kLines{"{1} lines", "{1} 行"};
constexpr Words kMails{"{1} recipients", "宛先 {1} 件"};
constexpr Words kDelivered{"{1} of them delivered later", "うち {1} 件は後で配送済み"};
constexpr Words kNoCause{"Cause not known", "原因は分かりません"};
constexpr Words kExample{"Example", "例"};
constexpr Words kUnread{
    "{1} more lines may tell of further problems: the log has too many different ones to keep.",
    "ほかにも問題を示す可能性がある行が {1} 行あります。種類が多すぎるため集計していません。"};

std::string filled(const Words& words, Lang lang, const std::string& first,
                   const std::string& second = {}) {
  std::string out(words.in(lang));
  for (const auto& [hole, value] : {std::pair("{1}", first), std::pair("{2}", second)})
    if (const auto at = out.find(hole); at != out.npos) out.replace(at, 3, value);
  return out;
}

std::string grouped(std::uint64_t n) {
  auto out = std::to_string(n);
  for (auto at = out.size(); at > 3;) out.insert(at -= 3, 1, ',');
  return out;
}

std::string times(std::int64_t first, std::int64_t last) {
  if (!first) return {};
  return log_time(first) + (first == last ? "" : " - " + log_time(last));
}

std::string counts(const LogProblem& p, Lang lang) {
  const std::string_view comma = lang == Lang::kJa ? "、" : ", ";
  std::string out = filled(kLines, lang, grouped(p.lines));
  if (p.mails) (out += comma) += filled(kMails, lang, grouped(p.mails));
  if (p.delivered) (out += comma) += filled(kDelivered, lang, grouped(p.delivered));
  return out;
}

void first_of(Terminal& t, const Words& label, const std::vector<std::string>& steps, Lang lang) {
  if (!steps.empty()) t.item(3, std::string(label.in(lang)) + ": ", steps[0]);
}

std::string heading(const View& v, bool named, Lang lang) {
  if (named) return v.causes[0].title + "  (" + v.causes[0].slug + ')';
  std::string out((v.causes.empty() ? kNoCause : label::kNotSure).in(lang));
  return v.failed ? out + ": " + v.happened : out;
}

void problem_text(Terminal& t, std::size_t number, const LogProblem& p, Lang lang) {
  const auto v = view_of(p.diagnosis, lang);
  const bool named = v.sure && !v.causes.empty();
  t.gap();
  t.item(0, std::to_string(number) + ". ", heading(v, named, lang), kBold);
  t.line(3, counts(p, lang));
  if (p.first) t.line(3, times(p.first, p.last));
  if (!v.side_text.empty()) t.line(3, std::string(label::kSide.in(lang)) + ": " + v.side_text);
  if (named) t.line(3, v.causes[0].what);
  for (std::size_t i = 0; !named && i < v.causes.size() && i < 3; ++i)
    t.item(3, std::string(label::kMaybe.in(lang)) + ": ",
           v.causes[i].title + "  (" + v.causes[i].slug + ')');
  if (named) {
    first_of(t, label::kAdmin, v.causes[0].admin, lang);
    first_of(t, label::kUser, v.causes[0].user, lang);
    first_of(t, label::kAsk, v.causes[0].ask, lang);
    for (const auto& check : v.causes[0].check) t.command(3, check);
  }
  t.line(3, std::string(kExample.in(lang)) + ':');
  for (const auto& line : p.before) t.line(5, line, kDim);
  t.line(5, p.example);
}

std::uint64_t problem_lines(const LogSummary& s) {
  std::uint64_t out = 0;
  for (const auto& p : s.problems) out += p.lines;
  return out;
}

boost::json::value time_or_null(std::int64_t at) {
  return at ? boost::json::value(log_time(at)) : boost::json::value();
}

}  // namespace

std::string log_text(const LogSummary& s, Lang lang, TextLook look) {
  Terminal t(look);
  t.line(0, filled(kRead, lang, grouped(s.lines), format_size(s.bytes)) +
                (s.first ? ": " + times(s.first, s.last) : ""));
  if (s.problems.empty() && !s.unread)
    t.line(0, kNothing.in(lang), kGreen);
  else
    t.line(0, filled(kFound, lang, grouped(s.problems.size()), grouped(problem_lines(s))), kBold);
  for (std::size_t i = 0; i < s.problems.size(); ++i) problem_text(t, i + 1, s.problems[i], lang);
  if (!s.stamped) t.line(0, kNoTimes.in(lang));
  if (s.unread) {
    t.gap();
    t.line(0, filled(kUnread, lang, grouped(s.unread)));
  }
  return std::move(t).str();
}

std::string log_json(const LogSummary& s, Lang lang) {
  boost::json::array problems;
  for (const auto& p : s.problems) {
    boost::json::array before;
    for (const auto& line : p.before) before.emplace_back(line);
    problems.push_back(
        boost::json::object{{"lines", p.lines},
                            {"recipients", p.mails},
                            {"delivered_later", p.delivered},
                            {"first", time_or_null(p.first)},
                            {"last", time_or_null(p.last)},
                            {"example", p.example},
                            {"before", std::move(before)},
                            {"diagnosis", boost::json::parse(report_json(p.diagnosis, lang))}});
  }
  return boost::json::serialize(boost::json::object{{"bytes", s.bytes},
                                                    {"lines", s.lines},
                                                    {"first", time_or_null(s.first)},
                                                    {"last", time_or_null(s.last)},
                                                    {"problem_lines", problem_lines(s)},
                                                    {"unread_lines", s.unread},
                                                    {"problems", std::move(problems)}}) +
         '\n';
}

}  // namespace hato::doctor
