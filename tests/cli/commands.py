#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Drives the real program through its commands, right ones and wrong ones, with and without a
running server.

usage: commands.py [--hato PROGRAM] [--only TEXT]
Exit: 0 all as it must be, 1 something differed."""
import argparse, base64, email, json, os, pty, random, re, shutil, signal, smtplib, socket, stat, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
PORTS = (24, 25, 110, 465, 587, 995)
MESSAGE = b'From: bob@example.com\r\nTo: taro@hato.test\r\nSubject: =?utf-8?b?6bOp?= %d\r\n\r\nHow are you?\r\n'


class Differs(Exception):
    pass


def expect(truth, what):
    if not truth:
        raise Differs(what)


def free_base():
    while True:
        base = random.randrange(11000, 30000)
        try:
            for port in PORTS:
                with socket.socket() as probe:
                    probe.bind(('127.0.0.1', base + port))
            return base
        except OSError:
            continue


class Place:
    """A folder of its own with a server that may run."""
    program = None

    def __init__(self):
        self.top = tempfile.mkdtemp(prefix='hato-commands-')
        self.data, self.base, self.server = self.top + '/data', free_base(), None
        self.config = self.data + '/hato.toml'

    def raw(self, *words, stdin='', env=None, **more):
        return subprocess.run([self.program, *words], input=stdin.encode(), capture_output=True, timeout=120,
                              env={**os.environ, 'LC_ALL': 'C', **(env or {})}, **more)

    def run(self, *words, stdin='', exit=0, env=None):
        done = self.raw('-c', self.config, *words, stdin=stdin, env=env)
        out, err = done.stdout.decode(), done.stderr.decode()
        expect(done.returncode == exit, f'{" ".join(words)}: exit {done.returncode}, not {exit}: {out}{err}')
        return out if exit == 0 else out + err

    def json(self, *words, **more):
        return json.loads(self.run(*words, '--json', **more))

    def init(self, *more):
        done = self.raw('init', 'hato.test', '--data', self.data, '--listen', '127.0.0.1', '--port-base', str(self.base), *more)
        expect(done.returncode == 0, done.stderr.decode())
        return done.stdout.decode()

    def add(self, *names):
        for name in names:
            self.run('account', 'add', f'{name}@hato.test', '--password-stdin', stdin='correct horse\n')

    def start(self):
        with open(self.top + '/log', 'ab') as log:
            self.server = subprocess.Popen([self.program, '-c', self.config, 'serve'], stderr=log, stdout=log)
        limit = time.monotonic() + 60
        while not os.path.exists(self.data + '/control.sock'):
            expect(self.server.poll() is None and time.monotonic() < limit, 'the server does not start: ' + self.log())
            time.sleep(0.02)

    def stop(self, how=signal.SIGTERM):
        if self.server and self.server.poll() is None:
            self.server.send_signal(how)
            return self.server.wait(60)

    def log(self):
        return open(self.top + '/log', errors='replace').read()

    def edit(self, key, value):
        text = open(self.config).read()
        text, count = re.subn(rf'^#? ?{key} = .*$', lambda _: f'{key} = {value}', text, count=1, flags=re.M)
        expect(count == 1, f'no line for {key}')
        open(self.config, 'w').write(text)

    def send(self, number=1, to='taro@hato.test'):
        with smtplib.SMTP('127.0.0.1', self.base + 25, timeout=60) as smtp:
            smtp.sendmail('bob@example.com', [to], MESSAGE % number)

    def end(self):
        if self.server and self.server.poll() is None:
            self.server.kill()
            self.server.wait()
        shutil.rmtree(self.top, ignore_errors=True)


CASES = []


def case(function):
    CASES.append(function)
    return function


@case
def init_makes_everything_once(p):
    out = p.init()
    for word in ('MX 10 mail.hato.test', 'v=spf1', 'v=DMARC1', 'account add', 'serve'):
        expect(word in out, f'{word} is missing in: {out}')
    for file in ('/tls/key.pem', '/account.key'):
        expect(stat.S_IMODE(os.stat(p.data + file).st_mode) == 0o600, file)
    before = {f: os.stat(f).st_mtime_ns for f in (p.config, p.data + '/tls/key.pem', p.data + '/store/CURRENT')}
    again = p.raw('init', 'other.test', '--data', p.data)
    expect(again.returncode == 73 and b'nothing was changed' in again.stderr, again.stderr)
    expect(before == {f: os.stat(f).st_mtime_ns for f in before}, 'a second init changed something')
    text = open(p.config).read()
    for name, port in (('smtp', 25), ('submission', 587), ('submissions', 465), ('lmtp', 24), ('pop3', 110), ('pop3s', 995)):
        expect(f'{name} = ["127.0.0.1:{p.base + port}"]' in text, name)


@case
def init_that_fails_leaves_nothing(p):
    os.mkdir(p.data)
    for words, exit in ((('nodots..x',), 65), (('hato.test', '--listen', 'localhost'), 65), (('hato.test', '--port-base', '65000'), 65),
                        (('hato.test', '--port-base', 'x'), 65), ((), 64)):
        done = p.raw('init', *words, *(['--data', p.data] if words else []))
        expect(done.returncode == exit, f'{words}: {done.returncode} {done.stderr}')
        expect(not os.path.exists(p.data) or os.listdir(p.data) == [], f'{words} left {os.path.exists(p.data) and os.listdir(p.data)}')
    blocked = p.top + '/file'
    open(blocked, 'w').close()
    done = p.raw('init', 'hato.test', '--data', blocked + '/data')
    expect(done.returncode == 73 and b'cannot be written' in done.stderr, done.stderr)


def accounts(p):
    p.add('taro', 'hanako')
    expect([a['address'] for a in p.json('account', 'list')] == ['taro@hato.test', 'hanako@hato.test'], 'list')
    p.run('account', 'add', 'taro@hato.test', '--password-stdin', stdin='x y z\n', exit=73)
    p.run('account', 'add', 'taro@nowhere.test', '--password-stdin', stdin='x y z\n', exit=67)
    p.run('account', 'add', 'no address', '--password-stdin', stdin='x y z\n', exit=65)
    p.run('account', 'add', 'new@hato.test', exit=65)
    p.run('account', 'add', 'new@hato.test', '--password-stdin', exit=65)
    p.run('account', 'add', 'new@hato.test', '--password-stdin', '--quota', 'much', stdin='x y z\n', exit=65)
    p.run('account', 'passwd', 'nobody@hato.test', '--password-stdin', stdin='x y z\n', exit=67)
    p.run('account', 'passwd', 'taro@hato.test', '--password-stdin', stdin='another horse\n')
    expect(p.json('account', 'quota', 'taro@hato.test', '2G', '--quota-messages', '10')['quota_bytes'] == 2 << 30, 'quota')
    p.run('account', 'set', 'taro@hato.test', '--admin', 'yes', '--language', 'ja')
    shown = p.json('account', 'show', 'taro@hato.test')
    expect(shown['admin'] is True and shown['language'] == 'ja' and shown['quota_messages'] == 10, shown)
    p.run('account', 'set', 'taro@hato.test', '--admin', 'maybe', exit=65)
    p.run('account', 'remove', 'hanako@hato.test')
    p.run('account', 'remove', 'hanako@hato.test', exit=67)


def aliases_and_domains(p):
    p.run('alias', 'add', 'sales@hato.test', 'taro@hato.test', 'bob@example.com')
    p.run('alias', 'add', 'sales@hato.test', 'carol@example.com')
    p.run('alias', 'remove', 'sales@hato.test', 'bob@example.com')
    expect(p.json('alias', 'list') == [{'address': 'sales@hato.test', 'targets': ['taro@hato.test', 'carol@example.com']}], p.json('alias', 'list'))
    expect(p.json('account', 'show', 'taro@hato.test')['aliases'] == ['sales@hato.test'], 'aliases of an account')
    p.run('alias', 'add', 'taro@hato.test', 'bob@example.com', exit=73)
    p.run('alias', 'remove', 'nothing@hato.test', exit=67)
    p.run('alias', 'remove', 'sales@hato.test')
    p.run('domain', 'add', 'second.test')
    p.run('domain', 'add', 'second.test', exit=73)
    expect([d['domain'] for d in p.json('domain', 'list')] == ['hato.test', 'second.test'], 'domains')
    expect({'MX', 'TXT', 'SRV'} == {r['type'] for r in p.json('domain', 'show', 'second.test')}, 'records')
    p.run('domain', 'show', 'third.test', exit=67)
    p.run('domain', 'remove', 'hato.test', exit=73)
    p.run('domain', 'remove', 'second.test')


@case
def accounts_aliases_domains_without_a_server(p):
    p.init()
    accounts(p)
    aliases_and_domains(p)
    expect(p.json('status')['running'] is False, 'status')


@case
def accounts_aliases_domains_through_a_server(p):
    p.init()
    p.start()
    accounts(p)
    aliases_and_domains(p)
    status = p.json('status')
    expect(status['running'] is True and f'smtp 127.0.0.1:{p.base + 25}' in status['listeners'], status)
    expect(p.stop() == 0, 'the server ends well')
    expect(not os.path.exists(p.data + '/control.sock'), 'the socket is taken away')
    expect(p.json('status')['running'] is False, 'the store is at hand afterwards')


@case
def mail_queue_and_story(p):
    p.init()
    p.add('taro', 'hanako')
    p.start()
    for number in (1, 2, 3):
        p.send(number)
    mails = p.json('mail', 'list', 'taro@hato.test')
    expect([m['uid'] for m in mails] == [1, 2, 3] and mails[0]['subject'] == '鳩 1' and mails[0]['from'] == 'bob@example.com', mails)
    expect('鳩 3' in p.run('mail', 'list', 'taro@hato.test'), 'as text')
    whole = p.run('mail', 'show', 'taro@hato.test', '2').encode()
    expect(whole.endswith(MESSAGE % 2) and whole == base64.b64decode(p.json('mail', 'show', 'taro@hato.test', '2')['message_base64']), whole)
    p.run('mail', 'show', 'taro@hato.test', '9', exit=69)
    p.run('mail', 'show', 'taro@hato.test', 'nine', exit=65)
    p.run('mail', 'list', 'nobody@hato.test', exit=67)
    p.run('mail', 'list', 'taro@hato.test', '--mailbox', 'None', exit=67)
    p.run('mail', 'delete', 'taro@hato.test', exit=65)
    p.run('mail', 'delete', 'taro@hato.test', '2')
    expect([m['uid'] for m in p.json('mail', 'list', 'taro@hato.test')] == [1, 3], 'deleted')
    expect('INBOX' in [m['mailbox'] for m in p.json('mail', 'list', 'taro@hato.test', '--mailboxes')], 'mailboxes')
    p.run('account', 'remove', 'taro@hato.test', exit=73)
    refused = ''
    try:
        p.send(4, 'nobody@hato.test')
    except smtplib.SMTPRecipientsRefused as answer:
        refused = answer.recipients['nobody@hato.test'][1].decode()
    reference = re.search(r'\b[0-9A-Z]{10}\b', refused)
    expect(reference, refused)
    told = p.json('story', reference[0])
    expect(any(e.get('error') == 'recipient-unknown' for t in told for e in t['events']), told)
    expect('nobody@hato.test' in p.run('story', reference[0], '--lang', 'ja'), 'in Japanese')
    expect(len(p.json('story', 'taro@hato.test', '--since', '1h')) == 3 and p.json('story', 'taro@hato.test', '--since', '2999-01-01') == [], 'since')
    expect(len(p.json('story', 'taro@hato.test', '--limit', '1')) == 1, 'limit')
    p.run('story', 'x', '--since', 'sometime', exit=65)
    expect(p.json('queue', 'list') == [], 'nothing waits')
    with smtplib.SMTP('127.0.0.1', p.base + 587, timeout=60) as smtp:
        smtp.starttls()
        smtp.login('taro@hato.test', 'correct horse')
        smtp.sendmail('taro@hato.test', ['bob@example.com'], MESSAGE % 5)
    queued = p.json('queue', 'list')
    expect(queued[0]['recipients'] == ['bob@example.com'] and queued[0]['state'] == 'not delivered yet', queued)
    expect('未配送' in p.run('queue', 'list', '--lang', 'ja'), 'in Japanese')
    p.run('mail', 'delete', 'taro@hato.test', '--all')
    expect('No messages' in p.run('mail', 'list', 'taro@hato.test'), 'all')


@case
def verify_names_the_damaged_message(p):
    p.init()
    p.add('taro')
    p.start()
    marks = [b'A' * 3000, b'B' * 3000]
    for mark in marks:
        with smtplib.SMTP('127.0.0.1', p.base + 25, timeout=60) as smtp:
            lines = b'\r\n'.join(mark[i:i + 60] for i in range(0, len(mark), 60))
            smtp.sendmail('bob@example.com', ['taro@hato.test'], b'Subject: x\r\n\r\n' + lines + b'\r\n')
    whole = p.json('store', 'verify')
    expect(whole['damages'] == [] and whole['bodies'] == 2, whole)
    p.stop()
    hit = 0
    for name in os.listdir(p.data + '/store'):
        path = p.data + '/store/' + name
        bytes_ = bytearray(open(path, 'rb').read())
        at = bytes_.find(b'B' * 60)
        if at >= 0:
            bytes_[at + 30] ^= 1
            open(path, 'wb').write(bytes_)
            hit += 1
    expect(hit, 'the body was not found in the store')
    found = json.loads(p.raw('-c', p.config, 'store', 'verify', '--json').stdout)
    messages = [(d['account'], d['mailbox'], d['uid']) for d in found['damages'] if d['kind'] == 'message']
    expect(messages == [('taro@hato.test', 'INBOX', 2)], found)
    text = p.run('store', 'verify', exit=74)
    expect('taro@hato.test' in text and 'INBOX' in text, text)
    # It stops neither the server nor the other message.
    p.start()
    expect('AAAA' in p.run('mail', 'show', 'taro@hato.test', '1'), 'the other message')
    p.run('mail', 'show', 'taro@hato.test', '2', exit=74)


@case
def backup_while_running_and_restore(p):
    p.init()
    p.add('taro')
    p.start()
    p.send(1)
    copy, back = p.top + '/copy', p.top + '/back'
    expect(p.json('backup', copy)['done'] is True, 'backup')
    p.send(2)
    expect(not os.path.exists(p.data + '/checkpoint'), 'the checkpoint is taken away')
    p.run('backup', copy, exit=73)
    p.stop()
    p.run('backup', p.top + '/second')
    done = p.raw('restore', copy, '--data', back)
    expect(done.returncode == 0, done.stderr)
    expect(p.raw('restore', copy, '--data', back).returncode == 73, 'a full target')
    expect(p.raw('restore', p.top, '--data', p.top + '/x').returncode == 66, 'no backup')
    mails = json.loads(p.raw('-c', back + '/hato.toml', 'mail', 'list', 'taro@hato.test', '--json').stdout)
    expect(len(mails) == 1, mails)
    expect(p.raw('-c', back + '/hato.toml', 'store', 'verify').returncode == 0, 'the copy is whole')
    with open(copy + '/account.key', 'r+b') as file:
        first = file.read(1)[0]
        file.seek(0)
        file.write(bytes([first ^ 1]))
    expect(p.raw('restore', copy, '--data', p.top + '/y').returncode == 74, 'a damaged backup')


@case
def configuration(p):
    p.init()
    expect('good' in p.run('config', 'check'), 'check')
    default = p.run('config', 'default')
    expect('# max_message = "50M"' in default, default)
    shown = {row['key']: row for row in p.json('config', 'show')}
    expect(shown['listen.smtp']['value'] == f'["127.0.0.1:{p.base + 25}"]' and shown['smtp.max_message']['default'], shown)
    p.edit('relay_from', '["0.0.0.0/0"]')
    expect('open relay' in p.run('config', 'check', exit=1), 'a warning')
    p.edit('relay_from', '[]')
    text = open(p.config).read()
    open(p.config, 'w').write(text + '\n[smtp]\nx = 1\n')  # a table twice
    expect(':' in p.run('config', 'check', exit=78), 'syntax')
    open(p.config, 'w').write(text.replace('# max_message', 'max_mesage'))
    line = next(i for i, l in enumerate(open(p.config), 1) if l.startswith('max_mesage'))
    for words in (('config', 'check'), ('serve',), ('account', 'list')):
        said = p.run(*words, exit=78)
        expect(f'hato.toml:{line}:1: There is no key smtp.max_mesage. Did you mean: smtp.max_message?' in said, said)
    open(p.config, 'w').write(text)
    os.rename(p.data + '/tls/key.pem', p.data + '/tls/away')
    for words in (('config', 'check'), ('serve',)):
        expect('key.pem' in p.run(*words, exit=78), 'an unreadable key')
    p.config = p.data + '/nothing.toml'
    expect('There is no configuration' in p.run('status', exit=78), 'no file')


@case
def faults_at_start_are_one_line_and_a_code(p):
    p.init()
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', p.base + 25))
        taken.listen()
        said = p.run('serve', exit=75)
        expect(f'127.0.0.1:{p.base + 25} is in use' in said and 'hato: ' in said, said)
    p.edit('smtp', '["192.0.2.1:25"]')
    expect('192.0.2.1:25' in p.run('serve', exit=78), 'an address of nobody')
    p.edit('smtp', f'["127.0.0.1:{p.base + 25}"]')
    os.rename(p.data + '/store', p.data + '/away')
    expect('There is no store' in p.run('serve', exit=78) and p.run('status', exit=78), 'no store')
    os.rename(p.data + '/away', p.data + '/store')
    line = 'hato store 99'
    crc = 0xffffffff
    for byte in line.encode():
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82f63b78 if crc & 1 else 0)
    kept = open(p.data + '/store/FORMAT').read()
    open(p.data + '/store/FORMAT', 'w').write(f'{line} {crc ^ 0xffffffff:08x}\n')
    expect('newer Hato' in p.run('serve', exit=78), 'a newer store')
    open(p.data + '/store/FORMAT', 'w').write(kept)
    p.start()
    expect(p.stop(signal.SIGINT) == 0, 'SIGINT ends it well')


@case
def without_root_nothing_is_written_that_must_not_be(p):
    if os.geteuid() != 0:
        return
    p.init()
    os.chmod(p.top, 0o755)
    user = dict(user=65534, group=65534, extra_groups=[])
    done = p.raw('-c', p.config, 'account', 'list', **user)
    expect(done.returncode != 0 and done.stderr.startswith(b'hato: ') and done.stderr.count(b'\n') == 1, done.stderr)
    done = p.raw('init', 'hato.test', '--data', p.top + '/other', **user)
    expect(done.returncode == 73 and b'Permission denied' in done.stderr, done.stderr)
    # What belongs to another user stays theirs, though root commands.
    subprocess.run(['chown', '-R', '65534:65534', p.data], check=True)
    p.add('taro')
    p.start()
    expect(open(f'/proc/{p.server.pid}/status').read().split('Uid:\t')[1].startswith('65534\t'), 'the server is the folder\'s owner')
    p.run('account', 'passwd', 'taro@hato.test', '--password-stdin', stdin='correct horse\n')
    p.run('backup', p.top + '/copy')
    p.stop()
    owners = {os.lstat(os.path.join(at, name)).st_uid for at, _, names in os.walk(p.data) for name in names}
    expect(owners == {65534}, owners)
    p.run('backup', p.top + '/copy2')


@case
def sighup_reads_the_certificates_again(p):
    p.init()
    p.start()
    os.unlink(p.data + '/tls/cert.pem')
    p.server.send_signal(signal.SIGHUP)
    limit = time.monotonic() + 30
    while 'cert.pem' not in p.log():
        expect(time.monotonic() < limit, 'nothing is said of a certificate that is gone')
        time.sleep(0.02)
    p.run('status')
    expect(p.stop() == 0, 'it goes on')


@case
def words_that_are_wrong(p):
    for line, exit, part in (('acount list', 64, 'account?'), ('account lst', 64, 'list?'), ('status --jsn', 64, '--json?'), ('', 64, 'Commands'),
                             ('account', 64, 'account add'), ('account list a b', 64, 'too many'), ('mail show', 64, 'ADDRESS UID'), ('completion tcsh', 65, 'bash')):
        done = p.raw(*line.split())
        expect(done.returncode == exit and part in done.stderr.decode(), f'{line}: {done.returncode} {done.stderr.decode()}')
    wrong = json.loads(p.raw('acount', '--json').stderr)
    expect(wrong['error'] == 'usage' and wrong['exit'] == 64, wrong)
    expect('もしかして' in p.raw('acount', env={'LC_ALL': 'ja_JP.UTF-8'}).stderr.decode(), 'Japanese by the environment')


@case
def help_in_every_form(p):
    everything = p.raw('--help').stdout.decode()
    names = [m[1] for m in re.finditer(r'^  ([a-z]+(?: [a-z]+)?)(?= |$)', everything.split('Options of every')[0], re.M)]
    expect('account add' in names and 'store verify' in names, names)
    for name in names[1:]:
        for words in (('help', *name.split()), (*name.split(), '--help')):
            done = p.raw(*words)
            expect(done.returncode == 0 and b'hato ' + name.encode() in done.stdout, f'{words}: {done.stderr}')
    expect(p.raw('help', 'exit-codes').stdout.count(b'\n') > 10, 'exit codes')
    expect(p.raw('version').stdout == p.raw('--version').stdout and json.loads(p.raw('version', '--json').stdout)['version'], 'version')
    for shell in ('bash', 'zsh'):
        script = p.raw('completion', shell).stdout
        if shutil.which(shell):
            expect(subprocess.run([shell, '-n'], input=script).returncode == 0, shell)
    asked = p.raw('completion', 'bash').stdout + b'\nCOMP_WORDS=(hato account pa) COMP_CWORD=2; _hato; echo "${COMPREPLY[@]}"; COMP_WORDS=(hato -c x store verify --j) COMP_CWORD=5; _hato; echo "${COMPREPLY[@]}"'
    answer = subprocess.run(['bash', '-c', asked.decode()], capture_output=True, text=True)
    expect(answer.stdout.split() == ['passwd', '--json'], answer)


@case
def output_that_cannot_be_written_is_told(p):
    if not os.path.exists('/dev/full'):
        return
    with open('/dev/full', 'wb') as full:
        done = subprocess.run([p.program, '--help'], stdout=full)
    expect(done.returncode == 74, done.returncode)


@case
def a_terminal_is_asked_for_the_password(p):
    p.init()
    for second, exit in ((b'correct horse\n', 0), (b'something else\n', 64)):
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(p.program, [p.program, '-c', p.config, '--lang', 'en', 'account', 'add', 'taro@hato.test'], os.environ)
        said = b''
        for prompt, answer in ((b'New password: ', b'correct horse\n'), (b'Once more: ', second)):
            while not said.endswith(prompt):
                said += os.read(terminal, 1000)
            os.write(terminal, answer)
        try:
            while more := os.read(terminal, 1000):
                said += more
        except OSError:
            pass
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.close(terminal)
        expect(code == exit and b'horse' not in said, said)
    expect(len(p.json('account', 'list')) == 1, 'one account')


def mail_bytes(p, address):
    return [p.json('mail', 'show', address, str(m['uid']))['message_base64'] for m in p.json('mail', 'list', address)]


def moves(p):
    p.add('taro', 'hanako', 'jiro')
    mbox, again, maildir = p.top + '/in.mbox', p.top + '/out.mbox', p.top + '/Maildir'
    with open(mbox, 'w') as file:
        for n in (1, 2):
            file.write(f'From bob@example.com Tue Nov 24 08:15:3{n} 2026\nSubject: {n}\nStatus: RO\n\n>From here\n\n')
    expect(p.json('import', 'taro@hato.test', mbox)['added'] == 2, 'two are new')
    expect(p.json('import', 'taro@hato.test', mbox)['known'] == 2, 'and then known')
    listed = p.json('mail', 'list', 'taro@hato.test')
    expect([m['flags'] for m in listed] == ['seen', 'seen'] and listed[1]['received'].startswith('2026-11-24T08:15:32'), listed)
    bytes = mail_bytes(p, 'taro@hato.test')
    expect(base64.b64decode(bytes[0]) == b'Subject: 1\r\nStatus: RO\r\n\r\nFrom here\r\n', bytes)
    expect(p.json('export', 'taro@hato.test', again)['messages'] == 2, 'two exported')
    p.run('export', 'taro@hato.test', again, exit=73)
    for _ in range(2):
        expect(p.json('export', 'taro@hato.test', maildir, '--format', 'maildir')['messages'] == 2, 'Maildir')
    expect(len(os.listdir(maildir + '/cur')) == 2 and not os.listdir(maildir + '/tmp'), 'each file once')
    for name, path in (('hanako', again), ('jiro', maildir)):
        p.run('import', name + '@hato.test', path)
        expect(mail_bytes(p, name + '@hato.test') == bytes, path)
        expect([m['received'] for m in p.json('mail', 'list', name + '@hato.test')] == [m['received'] for m in listed], path)
    p.run('import', 'nobody@hato.test', mbox, exit=67)
    p.run('import', 'taro@hato.test', p.top + '/none', exit=66)
    p.run('import', 'taro@hato.test', p.config, exit=65)
    p.run('import', 'taro@hato.test', mbox, '--mailbox', 'None', exit=67)
    p.run('export', 'nobody@hato.test', p.top + '/x.mbox', exit=67)
    expect(not os.path.exists(p.top + '/x.mbox') and not os.path.exists(p.top + '/x.mbox.part'), 'nothing is left')


@case
def mail_moves_in_and_out_without_a_server(p):
    p.init()
    moves(p)


@case
def mail_moves_in_and_out_of_a_running_server(p):
    p.init()
    p.start()
    moves(p)


@case
def documents_are_those_of_this_program(p):
    done = subprocess.run([sys.executable, TOP + '/tools/gen_docs', '--check', '--hato', p.program], capture_output=True, text=True)
    expect(done.returncode == 0, done.stdout + done.stderr)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--hato', default=TOP + '/build/release/hato')
    parser.add_argument('--only', default='')
    options = parser.parse_args()
    Place.program = os.path.abspath(options.hato)
    if not os.access(Place.program, os.X_OK):
        print(f'{options.hato} is not there; build it first')
        return 77
    failed = 0
    for function in CASES:
        if options.only not in function.__name__:
            continue
        place = Place()
        try:
            function(place)
            print('ok   ', function.__name__.replace('_', ' '), flush=True)
        except Exception as problem:
            failed += 1
            print('FAIL ', function.__name__.replace('_', ' '), f'\n      {type(problem).__name__}: {problem}', flush=True)
        finally:
            place.end()
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
