// SPDX-License-Identifier: Apache-2.0
// Load for mail servers: one thread, epoll, a coroutine a connection. Prints one JSON object.
//
//   load smtp|lmtp|pop3|login|list --port N [--host 127.0.0.1] [--connections 32] [--seconds 5]
//        [--count N] [--users 100] [--size 10240] [--per-session N] [--pipeline] [--tls]
//
// smtp, lmtp: messages of --size bytes from sender@bench.test to u00001@bench.test and on;
//   --per-session 1 connects anew for each, 0 (the default) keeps the connection.
// pop3: USER PASS STAT UIDL, RETR of each message, QUIT; login: USER PASS QUIT;
// list: USER PASS STAT UIDL QUIT. Password: secret.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <coroutine>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

double now() {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

struct Options {
  std::string mode, host = "127.0.0.1";
  long port = 0, connections = 32, count = 0, users = 100, size = 10240, per_session = 0;
  double seconds = 5;
  bool pipeline = false, tls = false;
};

[[noreturn]] void usage(const std::string& what) {
  std::fprintf(stderr, "load: %s\nsee the head of bench/load.cpp\n", what.c_str());
  std::exit(64);
}

Options parse(int argc, char** argv) {
  Options o;
  const std::map<std::string, long*> numbers = {
      {"--port", &o.port},   {"--connections", &o.connections},
      {"--count", &o.count}, {"--users", &o.users},
      {"--size", &o.size},   {"--per-session", &o.per_session}};
  if (argc < 2) usage("which load?");
  o.mode = argv[1];
  for (int i = 2; i < argc; ++i) {
    std::string key = argv[i];
    if (key == "--pipeline" || key == "--tls") {
      (key == "--tls" ? o.tls : o.pipeline) = true;
      continue;
    }
    if (++i == argc) usage(key + " wants a value");
    if (key == "--seconds")
      o.seconds = std::atof(argv[i]);
    else if (key == "--host")
      o.host = argv[i];
    else if (auto it = numbers.find(key); it != numbers.end())
      *it->second = std::atol(argv[i]);
    else
      usage("unknown option " + key);
  }
  if (!o.port) usage("--port is missing");
  return o;
}

struct Failure : std::runtime_error {
  using runtime_error::runtime_error;
};

struct Task {  // detached: runs to its end by itself
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

int poller = -1;

// A connection whose coroutine waits until the next line has come. Replies that continue
// ("250-...") and multi-line bodies are consumed by the caller, line by line.
class Conn {
 public:
  Conn(const Options& o, SSL_CTX* tls) : options_(o), tls_(tls), in_(1 << 16, '\0') {}
  ~Conn() { close(); }
  Conn(const Conn&) = delete;

  void open() {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) throw Failure(std::strerror(errno));
    int one = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(std::uint16_t(options_.port));
    ::inet_pton(AF_INET, options_.host.c_str(), &to.sin_addr);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0 && errno != EINPROGRESS)
      throw Failure(std::strerror(errno));
    if (tls_) {
      ssl_ = SSL_new(tls_);
      SSL_set_fd(ssl_, fd_);
      SSL_set_connect_state(ssl_);
    }
    begin_ = end_ = 0;
    error_.clear();
    epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.ptr = this}};
    ::epoll_ctl(poller, EPOLL_CTL_ADD, fd_, &event);
  }
  void close() {
    if (ssl_) SSL_free(ssl_);
    if (fd_ >= 0) ::close(fd_);
    ssl_ = nullptr;
    fd_ = -1;
    out_.clear();
  }

  void send(std::string_view bytes) {
    out_ += bytes;
    flush();
  }

  struct Line {  // awaits one line without its end
    Conn& conn;
    std::string_view got{};
    bool await_ready() { return conn.take(got) || !conn.error_.empty(); }
    void await_suspend(std::coroutine_handle<> h) { conn.waiter_ = h; }
    std::string_view await_resume() {
      if (got.data() == nullptr && !conn.take(got)) throw Failure(conn.error_);
      return got;
    }
  };
  Line line() { return {*this}; }

  void ready() {  // from the poller
    flush();
    if (!waiter_) return;
    if (!has_line() && !fill()) return;
    auto waiter = std::exchange(waiter_, nullptr);
    waiter.resume();
  }

 private:
  bool has_line() const { return std::memchr(in_.data() + begin_, '\n', end_ - begin_); }

  bool take(std::string_view& out) {
    for (;;) {
      auto* from = in_.data() + begin_;
      auto* eol = static_cast<const char*>(std::memchr(from, '\n', end_ - begin_));
      if (eol) {
        std::size_t n = std::size_t(eol - from);
        begin_ += n + 1;
        if (n && from[n - 1] == '\r') --n;
        out = {from, n};
        return true;
      }
      if (!fill()) return false;
      if (!error_.empty() && !has_line()) return false;
    }
  }

  // Reads until a line is there; true where one is or the connection has failed.
  bool fill() {
    std::memmove(in_.data(), in_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    for (;;) {
      if (end_ == in_.size()) in_.resize(2 * in_.size());
      auto n = receive(in_.data() + end_, in_.size() - end_);
      if (n == -1 && errno == EAGAIN) return false;
      if (n <= 0) {
        error_ = n == 0 ? "connection closed" : std::strerror(errno);
        return true;
      }
      end_ += std::size_t(n);
      if (has_line()) return true;
    }
  }

  long receive(char* to, std::size_t n) {
    if (!ssl_) return ::recv(fd_, to, n, 0);
    int got = SSL_read(ssl_, to, int(n));
    return got > 0 ? got : after_tls(got);
  }
  long after_tls(int result) {
    int why = SSL_get_error(ssl_, result);
    if (why == SSL_ERROR_ZERO_RETURN) return 0;
    errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : EPROTO;
    return -1;
  }

  void flush() {
    while (!out_.empty()) {
      long n = ssl_ ? SSL_write(ssl_, out_.data(), int(out_.size()))
                    : ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
      if (ssl_ && n <= 0) n = after_tls(int(n));
      if (n <= 0) return;  // not connected or full: the poller calls again
      out_.erase(0, std::size_t(n));
    }
  }

  const Options& options_;
  SSL_CTX* tls_;
  int fd_ = -1;
  SSL* ssl_ = nullptr;
  std::string in_, out_, error_;
  std::size_t begin_ = 0, end_ = 0;
  std::coroutine_handle<> waiter_;
};

struct Job {
  Options options;
  SSL_CTX* tls = nullptr;
  std::string body;
  double start = 0, end = 0, last = 0;
  long started = 0, done = 0, failed = 0, live = 0;
  std::uint64_t bytes = 0, messages = 0;
  std::vector<float> latency;  // seconds
  std::string error;

  bool more() const { return (options.count ? started < options.count : now() < end); }
  std::string user(long n) const {
    char name[16];
    std::snprintf(name, sizeof name, "u%05ld", 1 + n % options.users);
    return name;
  }
  void finished(double from) {
    last = now();
    latency.push_back(float(last - from));
    ++done;
  }
};

void expect(std::string_view reply, char first) {
  if (reply.empty() || reply[0] != first) throw Failure(std::string(reply));
}

// The last line of a reply.
#define REPLY(conn, first)                                    \
  for (;;) {                                                  \
    auto reply_line = co_await (conn).line();                 \
    expect(reply_line, first);                                \
    if (reply_line.size() < 4 || reply_line[3] != '-') break; \
  }

// Lines up to the single dot.
#define BODY(conn)                           \
  for (;;) {                                 \
    auto body_line = co_await (conn).line(); \
    job.bytes += body_line.size() + 2;       \
    if (body_line == ".") break;             \
  }

Task send_mail(Job& job) {
  ++job.live;
  Conn conn(job.options, job.tls);
  bool lmtp = job.options.mode == "lmtp", open = false;
  long sent = 0;
  while (job.more()) {
    long id = job.started++;
    double from = now();
    try {
      if (!open) {
        conn.open();
        REPLY(conn, '2');
        conn.send(lmtp ? "LHLO load.bench.test\r\n" : "EHLO load.bench.test\r\n");
        REPLY(conn, '2');
        open = true;
        sent = 0;
      }
      const std::string mail = "MAIL FROM:<sender@bench.test>\r\n";
      const std::string rcpt = "RCPT TO:<" + job.user(id) + "@bench.test>\r\n";
      if (job.options.pipeline) {
        conn.send(mail + rcpt + "DATA\r\n");
        REPLY(conn, '2');
        REPLY(conn, '2');
      } else {
        conn.send(mail);
        REPLY(conn, '2');
        conn.send(rcpt);
        REPLY(conn, '2');
        conn.send("DATA\r\n");
      }
      REPLY(conn, '3');
      char header[256];
      std::snprintf(header, sizeof header,
                    "From: <sender@bench.test>\r\nTo: <%s@bench.test>\r\nSubject: load %ld\r\n"
                    "Message-ID: <%ld.%d@load.bench.test>\r\n\r\n",
                    job.user(id).c_str(), id, id, int(::getpid()));
      conn.send(header + job.body + ".\r\n");
      REPLY(conn, '2');
      job.finished(from);
      if (++sent == job.options.per_session) {
        conn.send("QUIT\r\n");
        REPLY(conn, '2');
        conn.close();
        open = false;
      }
    } catch (const Failure& failure) {
      job.error = failure.what();
      conn.close();
      open = false;
      if (++job.failed > 100) break;
    }
  }
  --job.live;
}

Task read_mail(Job& job) {
  ++job.live;
  Conn conn(job.options, job.tls);
  const auto& mode = job.options.mode;
  while (job.more()) {
    long id = job.started++;
    double from = now();
    try {
      conn.open();
      REPLY(conn, '+');
      conn.send("USER " + job.user(id) + "@bench.test\r\n");
      REPLY(conn, '+');
      conn.send("PASS secret\r\n");
      REPLY(conn, '+');
      long count = 0;
      if (mode != "login") {
        conn.send("STAT\r\n");
        auto stat = co_await conn.line();
        expect(stat, '+');
        count = std::atol(std::string(stat.substr(3)).c_str());
        conn.send("UIDL\r\n");
        REPLY(conn, '+');
        BODY(conn);
      }
      if (mode == "list") count = 0;
      std::string retr;
      for (long n = 1; n <= count; ++n) {
        retr += "RETR " + std::to_string(n) + "\r\n";
        if (job.options.pipeline && n < count) continue;
        conn.send(std::exchange(retr, {}));
        for (long replies = job.options.pipeline ? count : 1; replies > 0; --replies) {
          REPLY(conn, '+');
          BODY(conn);
          ++job.messages;
        }
      }
      conn.send("QUIT\r\n");
      REPLY(conn, '+');
      job.finished(from);
    } catch (const Failure& failure) {
      job.error = failure.what();
      if (++job.failed > 100) break;
    }
    conn.close();
  }
  --job.live;
}

void poll_until_done(Job& job) {
  epoll_event events[256];
  while (job.live > 0 && now() < job.end + 60) {
    int n = ::epoll_wait(poller, events, 256, 1000);
    for (int i = 0; i < n; ++i) static_cast<Conn*>(events[i].data.ptr)->ready();
  }
}

std::string text(long size) {
  std::string out;
  for (long i = 0; long(out.size()) + 2 < size; ++i) {
    auto width = std::min<long>(72, size - long(out.size()) - 2);
    for (long c = 0; c < width; ++c) out += char('a' + (i * 7 + c * 3) % 26);
    out += "\r\n";
  }
  return out;
}

double percentile(std::vector<float>& v, double p) {
  if (v.empty()) return 0;
  auto at = v.begin() + long(p * double(v.size() - 1));
  std::nth_element(v.begin(), at, v.end());
  return 1000.0 * *at;
}

double cpu_seconds() {
  rusage r{};
  ::getrusage(RUSAGE_SELF, &r);
  return double(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
         1e-6 * double(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

std::string json_text(std::string s) {
  for (auto& c : s)
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 32) c = '\'';
  return s;
}

}  // namespace

int main(int argc, char** argv) {
  Job job;
  job.options = parse(argc, argv);
  const auto& o = job.options;
  std::signal(SIGPIPE, SIG_IGN);
  bool sends = o.mode == "smtp" || o.mode == "lmtp";
  if (!sends && o.mode != "pop3" && o.mode != "login" && o.mode != "list")
    usage("unknown load " + o.mode);
  poller = ::epoll_create1(EPOLL_CLOEXEC);
  if (o.tls) job.tls = SSL_CTX_new(TLS_client_method());
  if (sends) job.body = text(o.size);
  job.start = now();
  job.end = job.start + o.seconds;
  for (long i = 0; i < o.connections; ++i) sends ? send_mail(job) : read_mail(job);
  poll_until_done(job);
  double took = (job.last > 0 ? job.last : now()) - job.start;
  std::printf(
      "{\"done\": %ld, \"failed\": %ld, \"seconds\": %.4f, \"rate\": %.2f, "
      "\"messages\": %llu, \"bytes\": %llu, \"p50_ms\": %.3f, \"p99_ms\": %.3f, "
      "\"client_cpu\": %.3f, \"error\": \"%s\"}\n",
      job.done, job.failed, took, double(job.done) / took,
      static_cast<unsigned long long>(job.messages), static_cast<unsigned long long>(job.bytes),
      percentile(job.latency, 0.5), percentile(job.latency, 0.99), cpu_seconds(),
      json_text(job.error).c_str());
  return job.done > 0 && job.live == 0 ? 0 : 1;
}
