// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cli/commands.h"

#include <algorithm>
#include "cli/input.h"
#include "cli/report.h"
#include "cli/services.h"

namespace hato::cli {
namespace {

std::string quota_text(const account::Account& a, Lang lang) {
  if (!a.quota_bytes && !a.quota_messages)
    return std::string(Text{"without limit", "無制限"}.in(lang));
  std::string out = a.quota_bytes ? cell_text(Size{a.quota_bytes}, lang) : "";
  if (a.quota_messages)
    out += (out.empty() ? "" : ", ") +
           fill(Text{"{} messages", "{} 通"}.in(lang), {std::to_string(a.quota_messages)});
  return out;
}

// "--admin yes": nothing where the option was not given.
Result<> switch_option(const Call& call, std::string_view option, bool& value) {
  if (!call.args.has(option)) return {};
  auto text = call.args.value(option);
  if (text != "yes" && text != "no")
    return fail(ErrorId::kInputInvalid, {{"value", std::string(option) + ' ' + std::string(text)},
                                         {"expected", "yes / no"}});
  value = text == "yes";
  return {};
}

Result<> take_settings(const Call& call, account::Account& account) {
  HATO_CHECK(switch_option(call, "--admin", account.admin));
  HATO_CHECK(switch_option(call, "--disabled", account.disabled));
  HATO_CHECK(switch_option(call, "--plain-secret", account.plain_secret));
  if (call.args.has("--language")) account.language = call.args.value("--language");
  if (account.language != "en" && account.language != "ja")
    return fail(ErrorId::kInputInvalid, {{"value", account.language}, {"expected", "en / ja"}});
  HATO_TRY(bytes, size_option(call, "--quota", account.quota_bytes));
  HATO_TRY(messages, number_option(call, "--quota-messages", account.quota_messages));
  account.quota_bytes = bytes;
  account.quota_messages = messages;
  return {};
}

Result<> add(Call& call) {
  account::Account wanted{.address = call.word(0),
                          .language = call.look.lang == Lang::kJa ? "ja" : "en"};
  HATO_CHECK(take_settings(call, wanted));
  HATO_TRY(password, read_password(call));
  HATO_TRY(account, call.services->directory.add_account(wanted, password));
  HATO_CHECK(wait_for<void>([&](auto done) {
    call.services->mail.create(account.id, account.language, std::move(done));
  }));
  done(call, fill(call.text({"{} is ready.", "{} を追加しました。"}), {account.address}),
       {{"address", {}, account.address}});
  return {};
}

Result<> list(Call& call) {
  auto domain = call.args.words.empty() ? std::string() : call.word(0);
  HATO_TRY(accounts, call.services->directory.accounts(domain));
  Table table(call,
              {{"address", {"address", "アドレス"}},
               {"messages", {"messages", "通数"}, Align::kRight},
               {"bytes", {"used", "使用量"}, Align::kRight},
               {"quota_bytes", {"quota", "上限"}, Align::kRight},
               {"admin", {"admin", "管理者"}},
               {"disabled", {"disabled", "停止中"}}},
              {"No accounts yet. Add one: hato account add NAME@DOMAIN",
               "アカウントはまだありません。hato account add 名前@ドメイン で追加できます。"});
  for (const auto& a : accounts) {
    if (call.cancelled()) return fail(ErrorId::kCancelled);
    auto usage = call.services->mail.usage(a.id);
    auto used = usage ? *usage : store::Usage{};
    table.row({a.address, used.messages, Size{used.bytes},
               a.quota_bytes ? Cell(Size{a.quota_bytes}) : Cell(), a.admin, a.disabled});
  }
  return {};
}

Result<> show_account(Call& call) {
  HATO_TRY(a, find_account(call, call.word(0)));
  HATO_TRY(usage, call.services->mail.usage(a.id));
  HATO_TRY(aliases, call.services->directory.aliases());
  std::vector<std::string> leading;
  for (const auto& alias : aliases)
    if (std::ranges::find(alias.targets, a.address) != alias.targets.end())
      leading.push_back(alias.address);
  std::vector<Part> parts = {{"address", {"address", "アドレス"}, a.address},
                             {"aliases", {"aliases", "エイリアス"}, leading},
                             {"language", {"language", "言語"}, a.language},
                             {"messages", {"messages", "通数"}, usage.messages},
                             {"bytes", {"used", "使用量"}, Size{usage.bytes}}};
  if (call.look.json) {
    parts.push_back({"quota_bytes", {}, a.quota_bytes});
    parts.push_back({"quota_messages", {}, a.quota_messages});
  } else {
    parts.push_back({"quota", {"quota", "上限"}, quota_text(a, call.look.lang)});
  }
  parts.push_back({"admin", {"admin", "管理者"}, a.admin});
  parts.push_back({"disabled", {"disabled", "停止中"}, a.disabled});
  parts.push_back({"plain_secret", {"APOP and CRAM-MD5", "APOP と CRAM-MD5"}, a.plain_secret});
  show(call, parts);
  return {};
}

Result<> set(Call& call) {
  HATO_TRY(account, find_account(call, call.word(0)));
  bool had_plain = account.plain_secret;
  HATO_CHECK(take_settings(call, account));
  HATO_CHECK(call.services->directory.change_account(account));
  std::string sentence =
      fill(call.text({"{} is changed.", "{} を変更しました。"}), {account.address});
  if (account.plain_secret && !had_plain)
    sentence += call.text({" APOP and CRAM-MD5 work after the next: hato account passwd",
                           " APOP と CRAM-MD5 は次の hato account passwd のあとで使えます。"});
  done(call, sentence, {{"address", {}, account.address}});
  return {};
}

Result<> passwd(Call& call) {
  HATO_TRY(account, find_account(call, call.word(0)));
  HATO_TRY(password, read_password(call));
  HATO_CHECK(call.services->directory.set_secret(account.id, password));
  done(call,
       fill(call.text({"{} has a new password.", "{} のパスワードを変更しました。"}),
            {account.address}),
       {{"address", {}, account.address}});
  return {};
}

// First out of the directory, so that nothing arrives any more; then the mail.
Result<> remove(Call& call) {
  HATO_TRY(account, find_account(call, call.word(0)));
  HATO_TRY(usage, call.services->mail.usage(account.id));
  if (usage.messages && !call.args.has("--with-mail"))
    return fail(ErrorId::kAccountHasMail,
                {{"address", account.address}, {"count", std::to_string(usage.messages)}});
  HATO_CHECK(call.services->directory.remove_account(account.address));
  HATO_CHECK(call.services->mail.drop(account.id));
  done(call, fill(call.text({"{} is removed.", "{} を削除しました。"}), {account.address}),
       {{"address", {}, account.address}, {"messages", {}, usage.messages}});
  return {};
}

Result<> quota(Call& call) {
  HATO_TRY(account, find_account(call, call.word(0)));
  if (call.args.words.size() > 1) {
    call.args.options["--quota"] = call.word(1);
    HATO_CHECK(take_settings(call, account));
    HATO_CHECK(call.services->directory.change_account(account));
  }
  HATO_TRY(usage, call.services->mail.usage(account.id));
  show(call, {{"address", {"address", "アドレス"}, account.address},
              {"bytes", {"used", "使用量"}, Size{usage.bytes}},
              {"messages", {"messages", "通数"}, usage.messages},
              {"quota_bytes",
               {"quota", "上限"},
               account.quota_bytes ? Cell(Size{account.quota_bytes}) : Cell()},
              {"quota_messages",
               {"quota of messages", "通数の上限"},
               account.quota_messages ? Cell(account.quota_messages) : Cell()}});
  return {};
}

const OptionRow kQuota = {
    "--quota", "SIZE", {"bytes allowed, 0 without limit", "容量の上限 (0 で無制限)"}};
const OptionRow kQuotaMessages = {
    "--quota-messages", "N", {"messages allowed, 0 without limit", "通数の上限 (0 で無制限)"}};
const std::vector<OptionRow> kSettings = {
    kQuota,
    kQuotaMessages,
    {"--language",
     "en|ja",
     {"language of the account's mailboxes and notices", "メールボックス名と通知の言語"}},
    {"--admin", "yes|no", {"may administer", "管理者にする"}},
    {"--disabled", "yes|no", {"takes no login and no mail", "ログインと受信を停止する"}},
    {"--plain-secret",
     "yes|no",
     {"keep the password so that APOP and CRAM-MD5 work",
      "APOP と CRAM-MD5 のためにパスワードを復元可能な形で保存する"}},
};

std::vector<OptionRow> with_settings(OptionRow first) {
  std::vector<OptionRow> out = {first};
  out.insert(out.end(), kSettings.begin(), kSettings.end());
  return out;
}

}  // namespace

std::vector<Command> account_commands() {
  constexpr auto kStore = Command::kStore;
  return {
      {"account add",
       "ADDRESS",
       {"add an account", "アカウントを追加する"},
       with_settings(kPasswordOption),
       {{"hato account add taro@hato.test", {"asks for the password", "パスワードを尋ねます"}},
        {"hato account add taro@hato.test --password-stdin < FILE",
         {"for scripts", "スクリプト向け"}}},
       kStore,
       add},
      {"account list",
       "[DOMAIN]",
       {"list the accounts", "アカウントの一覧"},
       {},
       {{"hato account list --json", {}}},
       kStore,
       list},
      {"account show",
       "ADDRESS",
       {"show one account", "アカウントの詳細"},
       {},
       {{"hato account show taro@hato.test", {}}},
       kStore,
       show_account},
      {"account set",
       "ADDRESS",
       {"change an account", "アカウントの設定を変える"},
       kSettings,
       {{"hato account set taro@hato.test --disabled yes", {}}},
       kStore,
       set},
      {"account passwd",
       "ADDRESS",
       {"set a new password", "パスワードを変える"},
       {kPasswordOption},
       {{"hato account passwd taro@hato.test", {}}},
       kStore,
       passwd},
      {"account quota",
       "ADDRESS [SIZE]",
       {"show or set the quota", "容量の上限を見る・変える"},
       {kQuotaMessages},
       {{"hato account quota taro@hato.test 2G", {}}},
       kStore,
       quota},
      {"account remove",
       "ADDRESS",
       {"remove an account", "アカウントを削除する"},
       {{"--with-mail", "", {"and all its mail", "メールもすべて削除する"}}},
       {{"hato account remove taro@hato.test --with-mail", {}}},
       kStore,
       remove},
  };
}

}  // namespace hato::cli
