#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills a server under load and looks whether it kept its word.

usage: kill9.py [--hato PROGRAM] [--kills 10] [--cuts 2] [--seed N] [--only kill|full|power]

kill: senders (SMTP) and readers (POP3 over TLS) work at once; the server gets SIGKILL at a random
  moment and is started again. Each message answered 250 must be there exactly once and byte for
  byte, in each recipient's mailbox; one that was not answered is sent once more and may be there
  twice; what a reader deleted must not come back. The server has to greet again within 2 s.
full: the same server on a disk of its own (a small tmpfs, needs root) that is filled up: answers
  are 452 4.3.1, nothing half-written appears, and mail is taken again once there is space.
power: the same load on a file system of its own (an ext4 image, needs root and a loop device) that
  is shut down without flushing, as a power cut does it. It proves itself by running with syncing
  switched off too (HATO_TEST_NO_SYNC), which has to lose something.

Exit: 0 all held, 1 something was lost, twice or changed, 77 nothing could be run.
"""
import argparse, fcntl, os, poplib, random, shutil, signal, socket, ssl, struct, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
USERS = ['taro', 'hanako', 'alice', 'bob']
DOMAIN, PASSWORD = 'hato.test', 'correct horse battery'
START_LIMIT = 2.0  # seconds to the greeting
TRACE = (b'Return-Path:', b'Delivered-To:', b'Received:', b'Authentication-Results:', b'\t', b' ')


def free_base():
    """A port base whose ports nobody listens on."""
    while True:
        base = random.randrange(11000, 30000)
        try:
            for offset in (24, 25, 110, 465, 587, 995):
                with socket.socket() as s:
                    s.bind(('127.0.0.1', base + offset))
            return base
        except OSError:
            continue


class Server:
    def __init__(self, program, folder):
        self.program, self.folder, self.base, self.env = program, folder, free_base(), dict(os.environ)
        self.log = f'{folder}.log'
        self.config, self.process, self.slowest = f'{folder}/hato.toml', None, 0.0
        self.run('init', DOMAIN, '--data', folder, '--listen', '127.0.0.1', '--port-base', str(self.base), config=False)
        for user in USERS:
            self.run('account', 'add', f'{user}@{DOMAIN}', '--password-stdin', stdin=PASSWORD + '\n')

    def run(self, *words, stdin='', config=True):
        command = [self.program] + (['-c', self.config] if config else []) + list(words)
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120)
        if done.returncode:
            sys.exit(f'{" ".join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}')
        return done.stdout

    def start(self):
        log = open(self.log, 'a')
        began = time.monotonic()
        self.process = subprocess.Popen([self.program, '-c', self.config, 'serve'], stdout=log, stderr=log, env=self.env)
        while time.monotonic() < began + 30:
            if self.process.poll() is not None:
                sys.exit(f'the server ended with {self.process.returncode}; see {self.log}')
            try:
                with Smtp(self):
                    break
            except (OSError, Refused):
                time.sleep(0.01)
        took = time.monotonic() - began
        self.slowest = max(self.slowest, took)
        if took > START_LIMIT:
            sys.exit(f'the server took {took:.1f} s to start')

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def pop3(self, user):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        pop = poplib.POP3_SSL('127.0.0.1', self.base + 995, context=context, timeout=20)
        pop.user(f'{user}@{DOMAIN}')
        pop.pass_(PASSWORD)
        return pop


class Refused(Exception):
    pass


class Smtp:
    def __init__(self, server):
        self.socket = socket.create_connection(('127.0.0.1', server.base + 25), 20)
        self.file = self.socket.makefile('rb')
        self.expect(b'2')
        self.say(b'EHLO client.example.com', b'2')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def say(self, line, first):
        self.socket.sendall(line + b'\r\n')
        self.expect(first)

    def expect(self, first):
        while True:
            line = self.file.readline()
            if not line.endswith(b'\n'):
                raise OSError('connection lost')
            if line[3:4] != b'-':
                break
        if line[:1] != first:
            raise Refused(line.decode('utf-8', 'replace').strip())

    def send(self, mail):
        self.say(b'MAIL FROM:<sender@example.com>', b'2')
        for user in mail.users:
            self.say(f'RCPT TO:<{user}@{DOMAIN}>'.encode(), b'2')
        self.say(b'DATA', b'3')
        stuffed = mail.bytes.replace(b'\r\n.', b'\r\n..')
        self.socket.sendall(stuffed + b'.\r\n')
        self.expect(b'2')


class Mail:
    def __init__(self, number, rng):
        self.id = f'm{number:07d}'.encode()
        self.users = rng.sample(USERS, rng.choice((1, 1, 1, 2, 4)))
        self.tries, self.acked, self.seen = 0, False, {u: 0 for u in self.users}
        lines, left = [], rng.choice((200, 2_000, 10_000, 60_000, 400_000))
        while left > 0:
            line = rng.choice((b'.', b'..x', b'', b'From here', 'é鳩'.encode(), bytes(rng.choices(range(33, 127), k=rng.randrange(1, 900)))))
            lines.append(line)
            left -= len(line) + 2
        self.bytes = b'Subject: ' + self.id + b'\r\n\r\n' + b'\r\n'.join(lines) + b'\r\n'


class Post:
    """What was sent, and what must therefore be there."""

    def __init__(self, seed):
        self.rng, self.lock, self.number = random.Random(seed), threading.Lock(), 0
        self.mails, self.problems, self.acked, self.answers = {}, [], 0, {}

    def new(self):
        with self.lock:
            self.number += 1
            mail = self.mails[f'm{self.number:07d}'.encode()] = Mail(self.number, self.rng)
            return mail

    def try_send(self, smtp, mail):
        mail.tries += 1
        smtp.send(mail)
        mail.acked = True
        with self.lock:
            self.acked += 1

    def problem(self, text):
        with self.lock:
            if len(self.problems) < 20:
                self.problems.append(text)

    def check(self, user, got):
        """One message as POP3 gave it; None where it is as it was sent, else what is wrong."""
        at = got.find(b'Subject: m')
        mail = self.mails.get(got[at + 9:at + 17]) if at >= 0 else None
        if mail is None:
            return f'{user} has a message that nobody sent: {got[:200]!r}'
        trace = got[:at].split(b'\r\n')[:-1]
        if got[at:] != mail.bytes or not all(line.startswith(TRACE) for line in trace):
            return f'{user}: {mail.id.decode()} was changed ({len(got) - at} bytes for {len(mail.bytes)})'
        if user not in mail.seen:
            return f'{mail.id.decode()} went to {user} instead of {mail.users}'
        return mail

    def collect(self, server, user):
        """Reads a whole mailbox, counts what is there and deletes it."""
        pop = server.pop3(user)
        for number in range(1, pop.stat()[0] + 1):
            got = b'\r\n'.join(pop.retr(number)[1]) + b'\r\n'
            found = self.check(user, got)
            if isinstance(found, str):
                self.problem(found)
            else:
                found.seen[user] += 1
            pop.dele(number)
        pop.quit()
        left = server.pop3(user)
        if left.stat()[0]:
            self.problem(f'{user}: deleted messages are still there')
        left.quit()

    def settle(self, server):
        """Sends once more what was not answered, then counts everything."""
        with Smtp(server) as smtp:
            for mail in self.mails.values():
                if not mail.acked:
                    self.try_send(smtp, mail)
        for user in USERS:
            self.collect(server, user)
        for mail in self.mails.values():
            for user, seen in mail.seen.items():
                if not 1 <= seen <= mail.tries:
                    self.problem(f'{mail.id.decode()} is {seen} times in the mailbox of {user} after {mail.tries} tries')
        self.mails.clear()  # what comes back later is a message that nobody sent


def send_until(server, post, stop, refused):
    while not stop.is_set():
        try:
            with Smtp(server) as smtp:
                while not stop.is_set():
                    post.try_send(smtp, post.new())
        except Refused as answer:
            refused(str(answer))
        except OSError:
            time.sleep(0.005)


def read_until(server, post, stop, user):
    while not stop.is_set():
        try:
            pop = server.pop3(user)
            for number in range(1, min(pop.stat()[0], 30) + 1):
                found = post.check(user, b'\r\n'.join(pop.retr(number)[1]) + b'\r\n')
                if isinstance(found, str):
                    post.problem('while reading: ' + found)
            pop.quit()
        except (OSError, EOFError, poplib.error_proto):
            time.sleep(0.01)


def work(server, post, seconds, refused):
    """Load for a while; returns a function that ends it."""
    stop = threading.Event()
    threads = [threading.Thread(target=send_until, args=(server, post, stop, refused)) for _ in range(6)]
    threads += [threading.Thread(target=read_until, args=(server, post, stop, user)) for user in USERS[:2]]
    for thread in threads:
        thread.start()
    time.sleep(seconds)

    def end():
        stop.set()
        for thread in threads:
            thread.join()
    return end


def kill_rounds(server, post, kills):
    refused = lambda answer: post.problem('refused: ' + answer)
    for number in range(kills):
        server.start()
        end = work(server, post, post.rng.uniform(0.05, 1.2), refused)
        server.kill()
        end()
        server.start()
        post.settle(server)
        # Now and then the next kill meets a server that has just been closed in good order.
        if number % 5 == 4:
            server.stop()
        else:
            server.kill()
        if post.problems:
            return
        if sys.stdout.isatty() or number % 10 == 9:
            print(f'{number + 1} of {kills} kills, {post.acked} messages kept', flush=True)


def run_kill(options):
    folder = tempfile.mkdtemp(prefix='hato-kill9-')
    post = Post(options.seed)
    server = Server(options.hato, folder + '/data')
    try:
        kill_rounds(server, post, options.kills)
    finally:
        server.stop()
    print(f'kill: {options.kills} kills, {post.acked} messages answered 250, slowest start {server.slowest:.2f} s')
    return report(post, folder)


def fill(path):
    with open(path, 'wb', buffering=0) as file:
        try:
            while True:
                file.write(b'\0' * 65536)
        except OSError:
            pass


def full_rounds(server, post, disk):
    answers = set()
    def refused(answer):
        answers.add(answer[:9])
        time.sleep(0.02)
    server.start()
    for number in range(3):
        end = work(server, post, 0.5, refused)
        before = post.acked
        fill(disk + '/filler')
        time.sleep(2)
        if not answers:
            post.problem('a full disk was not noticed')
        os.unlink(disk + '/filler')
        limit = time.monotonic() + 10
        while post.acked < before + 50 and time.monotonic() < limit:
            time.sleep(0.1)
        if time.monotonic() >= limit:
            post.problem('no mail is taken after space came back')
        end()
        if number == 1:
            server.kill()
            server.start()
        post.settle(server)
        for answer in answers - {'452 4.3.1'}:
            post.problem(f'a full disk was answered with {answer}')
        if server.process.poll() is not None:
            post.problem('the server ended')


def run_full(options):
    if os.geteuid() != 0:
        print('full: skipped, it needs root to mount a disk of its own')
        return 77
    folder = tempfile.mkdtemp(prefix='hato-full-')
    disk = folder + '/disk'
    os.mkdir(disk)
    if subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=512m', 'tmpfs', disk], stderr=subprocess.DEVNULL).returncode:
        print('full: skipped, a tmpfs cannot be mounted here')
        return 77
    post = Post(options.seed)
    server = None
    try:
        server = Server(options.hato, disk + '/data')
        full_rounds(server, post, disk)
    finally:
        if server:
            server.stop()
            shutil.copy(server.folder + '.log', folder)
        subprocess.run(['umount', disk])
    print(f'full: 3 times full, {post.acked} messages answered 250')
    return report(post, folder)


def sh(*words):
    return subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


class Disk:
    """An ext4 of its own whose power can be cut."""

    def __init__(self, folder):
        self.image, self.mount = folder + '/image', folder + '/disk'
        os.mkdir(self.mount)
        with open(self.image, 'wb') as file:
            file.truncate(2 << 30)
        self.ok = sh('mkfs.ext4', '-q', '-F', self.image) and self.attach()

    def attach(self):
        return sh('mount', '-o', 'loop', self.image, self.mount)

    def cut(self):
        handle = os.open(self.mount, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, 0x8004587d, struct.pack('I', 2))  # EXT4_IOC_SHUTDOWN, no flush of the log
        finally:
            os.close(handle)

    def detach(self):
        for _ in range(100):
            if sh('umount', self.mount):
                return True
            time.sleep(0.1)
        return False


def power_rounds(server, post, disk, cuts):
    for _ in range(cuts):
        server.start()
        end = work(server, post, post.rng.uniform(1.5, 2.5), lambda answer: None)
        disk.cut()
        server.kill()
        end()
        if not disk.detach() or not disk.attach():
            sys.exit('the disk cannot be mounted again')
        server.start()
        post.settle(server)
        server.stop()
        if post.problems:
            return


def power_case(options, sync):
    folder = tempfile.mkdtemp(prefix='hato-power-', dir='/var/tmp')
    disk = Disk(folder)
    if not disk.ok:
        shutil.rmtree(folder)
        return None
    post, server = Post(options.seed), None
    try:
        server = Server(options.hato, disk.mount + '/data')
        server.log = folder + '/server.log'
        if not sync:
            server.env['HATO_TEST_NO_SYNC'] = '1'
        sh('sync', '-f', disk.mount)
        power_rounds(server, post, disk, options.cuts if sync else 6)
    finally:
        if server:
            server.stop()
        disk.detach()
        os.unlink(disk.image)
    return post, folder


def run_power(options):
    if os.geteuid() != 0:
        print('power: skipped, it needs root to mount a disk of its own')
        return 77
    kept = power_case(options, True)
    if not kept:
        print('power: skipped, an ext4 image cannot be mounted here')
        return 77
    print(f'power: {options.cuts} cuts, {kept[0].acked} messages answered 250')
    if report(*kept):
        return 1
    lost, folder = power_case(options, False)
    shutil.rmtree(folder)
    if not lost.problems:
        print('power: with syncing off nothing was lost either, so this test proves nothing')
        return 1
    print(f'power: with syncing off it found: {lost.problems[0]}')
    return 0


def report(post, folder):
    for problem in post.problems:
        print('  ' + problem)
    if post.problems:
        print(f'kept for a look: {folder}')
        return 1
    shutil.rmtree(folder)
    return 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--hato', default=f'{HERE}/../../build/release/hato')
    parser.add_argument('--kills', type=int, default=10)
    parser.add_argument('--seed', type=int, default=int(time.time()))
    parser.add_argument('--cuts', type=int, default=2)
    parser.add_argument('--only', choices=('kill', 'full', 'power'))
    options = parser.parse_args()
    if not os.access(options.hato, os.X_OK):
        print(f'{options.hato} is not there; build it first')
        return 77
    print(f'seed {options.seed}')
    parts = {'kill': run_kill, 'full': run_full, 'power': run_power}
    results = [run(options) for name, run in parts.items() if options.only in (None, name)]
    return 1 if 1 in results else 0 if 0 in results else 77


if __name__ == '__main__':
    sys.exit(main())
