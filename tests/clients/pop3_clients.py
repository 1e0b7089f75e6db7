#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real mail clients fetch from a real server; what they got is compared byte for byte.

usage: pop3_clients.py [--hato PROGRAM] [--only TEXT]
Each case finds the same mails in its mailbox, fetches all, and keeps or deletes them; then the
mailbox must hold what it should. Clients that store lines with LF are compared so.
One line a case. Exit: 0 all as it should be, 1 something was not, 77 a client or the server is missing."""
import argparse, base64, glob, importlib.machinery, importlib.util, json, os, poplib, re, shutil, smtplib, ssl, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
CLIENTS = ('curl', 'fetchmail', 'getmail', 'mpop', 's-nail', 'gsasl')
USER, SECRET, SENDER = 'taro@hato.test', 'correct horse', 'bob@example.com'


def load_dialogue():
    """The server of the dialogues' runner serves here too."""
    loader = importlib.machinery.SourceFileLoader('dialogue', TOP + '/tests/tools/dialogue')
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader('dialogue', loader))
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


def mail(number, *lines):
    head = [f'From: <{SENDER}>', f'To: <{USER}>', f'Subject: mail {number}', 'Date: Tue, 24 Nov 2026 08:15:30 +0000', f'Message-ID: <{number}@client.example>',
            'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '']
    return '\r\n'.join([*head, *lines, '']).encode()


MAILS = [
    mail(1, 'Hello.'),
    mail(2, '.', '..', '.leading dot', ' . ', 'trailing blanks  ', '', '.', '...', ''),
    mail(3, '鳩が手紙を運びます', 'x' * 900, 'tab\there'),
    mail(4, *(f'.line {n} of a large mail, longer than what is read at once' for n in range(9000))),
    mail(5),
]


class World:
    def __init__(self, dialogue, program):
        self.server = dialogue.Server(program, ['set tls.plaintext_login = true', f'account {USER} "{SECRET}" --plain-secret yes'])
        self.ports = {name: self.server.base + offset for name, offset in dialogue.PORTS.items()}
        self.sizes, self.ids = [], []

    def hato(self, *words):
        done = self.server.run(*words)
        if done.returncode:
            raise AssertionError(f'hato {" ".join(words)}: {done.stderr.decode()}')
        return done.stdout

    def listed(self):
        return json.loads(self.hato('--json', 'mail', 'list', USER))

    def fill(self):
        """The mails, and nothing else; what the server keeps of each, with its trace."""
        for uid in [m['uid'] for m in self.listed()]:
            self.hato('mail', 'delete', USER, str(uid))
        with smtplib.LMTP('127.0.0.1', self.ports['lmtp']) as lmtp:
            for data in MAILS:
                lmtp.sendmail(SENDER, [USER], data, mail_options=['BODY=8BITMIME'])
        return [self.hato('mail', 'show', USER, str(m['uid'])) for m in self.listed()]


class Folder:
    def __init__(self):
        self.path = tempfile.mkdtemp(prefix='hato-clients-')

    def __truediv__(self, name):
        return f'{self.path}/{name}'

    def file(self, name, text):
        with open(self / name, 'w') as file:
            file.write(text)
        os.chmod(self / name, 0o600)
        return self / name

    def empty(self):
        shutil.rmtree(self.path, ignore_errors=True)
        os.mkdir(self.path)


def run(*words, stdin=b'', good=(0,), env=None):
    done = subprocess.run(words, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, env=env)
    if done.returncode not in good:
        raise AssertionError(f'{words[0]} ended with {done.returncode}: {(done.stdout + done.stderr).decode(errors="replace")[-1500:]}')
    return done.stdout


def lf(data):
    return data.replace(b'\r\n', b'\n')


def maildir(path):
    """The files of a Maildir in the order in which they were written."""
    return [open(name, 'rb').read() for name in sorted(glob.glob(path + '/new/*'), key=lambda name: (os.stat(name).st_mtime_ns, name))]


def stored(folder):
    """What a client handed to a command, in order."""
    return [open(name, 'rb').read() for name in sorted(glob.glob(folder.path + '/*.mail'))]


# --- the clients: each fetches everything and gives what it got ---------------------------------

def curl(world, folder, keep, scheme='pop3', port='pop3', words=()):
    base = ['curl', '--silent', '--show-error', '--insecure', '--user', f'{USER}:{SECRET}', *words]
    url = f'{scheme}://127.0.0.1:{world.ports[port]}/'
    count = len(run(*base, url).splitlines())
    got = [run(*base, f'{url}{n}') for n in range(1, count + 1)]
    if run(*base, '--request', 'UIDL', url).count(b'\n') != count:
        raise AssertionError('UIDL does not list all')
    for n in range(count, 0, -1) if not keep else ():
        run(*base, '--request', 'DELE', '--head', f'{url}{n}')
    return got


def fetchmail(world, folder, keep, port='pop3', proto='pop3', words=()):
    config = folder.file('fetchmailrc', f'poll 127.0.0.1 protocol {proto} port {world.ports[port]} uidl user "{USER}" password "{SECRET}" {" ".join(words)}\n')
    mda = f'sh -c "cat > {folder.path}/$(date +%s%N).mail"'
    run('fetchmail', '--fetchmailrc', config, '--invisible', '--norewrite', '--idfile', folder / 'ids', '--pidfile', folder / 'pid', '--mda', mda,
        '--fetchall', '--keep' if keep else '--nokeep')
    return stored(folder)


def getmail(world, folder, keep, kind='SimplePOP3Retriever', port='pop3', words=''):
    mda = f'"-c", "cat > {folder.path}/$(date +%s%N).mail"'
    folder.file('getmailrc', f'[retriever]\ntype = {kind}\nserver = 127.0.0.1\nport = {world.ports[port]}\nusername = {USER}\npassword = {SECRET}\n{words}\n'
                f'[destination]\ntype = MDA_external\npath = /bin/sh\narguments = ({mda})\nallow_root_commands = true\n'
                f'[options]\ndelete = {"false" if keep else "true"}\ndelivered_to = false\nreceived = false\nverbose = 0\n')
    run('getmail', f'--getmaildir={folder.path}')
    return stored(folder)


def mpop(world, folder, keep, port='pop3', words=()):
    for name in ('cur', 'new', 'tmp'):
        os.makedirs(folder / f'box/{name}')
    run('mpop', '--file=/dev/null', '--host=127.0.0.1', f'--port={world.ports[port]}', f'--user={USER}', f'--passwordeval=echo {SECRET}', '--received-header=off',
        f'--delivery=maildir,{folder / "box"}', f'--uidls-file={folder / "uidls"}', f'--keep={"on" if keep else "off"}', '--half-quiet', *words)
    return maildir(folder / 'box')


def snail(world, folder, keep, scheme='pop3', port='pop3', words=()):
    login = f'{USER.replace("@", "%40")}:{SECRET.replace(" ", "%20")}'
    commands = ''.join(f'copy {n} {folder / str(n)}\n' for n in range(1, len(MAILS) + 1)) + ('exit\n' if keep else 'delete *\nquit\n')
    run('s-nail', '-:/', '-N', '-R' if keep else '-B', '-S', 'v15-compat', '-S', 'tls-verify=ignore', '-S', 'nomemo', '-S', 'ttycharset=utf-8',
        '-S', 'noheader', '-S', 'noask', *words, '-f', f'{scheme}://{login}@127.0.0.1:{world.ports[port]}', stdin=commands.encode(), env=dict(os.environ, HOME=folder.path))
    return [open(folder / str(n), 'rb').read() for n in range(1, len(MAILS) + 1)]


def unverified(version=None):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if version:
        context.minimum_version = context.maximum_version = version
    return context


def gsasl(pop, mechanism, binding=b''):
    """Lets GNU SASL speak for the client: what it writes goes to the server, and back."""
    with subprocess.Popen(['gsasl', '--client', '--quiet', '-m', mechanism, '-a', USER, '-p', SECRET], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as peer:
        def say(data):
            peer.stdin.write(data + b'\n')
            peer.stdin.flush()

        def heard():
            line = peer.stdout.readline().strip()
            return line.rpartition(b': ')[2]  # behind its questions
        peer.stdout.readline()  # the mechanism's name
        say(b'')                # no tls-exporter
        say(base64.b64encode(binding))
        answer = pop._shortcmd(f'AUTH {mechanism} {heard().decode()}')
        while answer.startswith(b'+ '):
            say(answer[2:])
            answer = pop._shortcmd(heard().decode())
        peer.kill()
    return answer


def python(world, folder, keep, tls=None, login='user', port='pop3', binding=False, broken=False):
    version = ssl.TLSVersion.TLSv1_2 if binding else None
    if tls == 'implicit':
        pop = poplib.POP3_SSL('127.0.0.1', world.ports['pop3s'], context=unverified(version))
    else:
        pop = poplib.POP3('127.0.0.1', world.ports['pop3'])
    if tls == 'stls':
        pop.stls(unverified(version))
    if login == 'user':
        pop.user(USER)
        pop.pass_(SECRET)
    elif login == 'apop':
        pop.apop(USER, SECRET)
    else:
        gsasl(pop, login, pop.sock.get_channel_binding('tls-unique') if binding else b'')
    count, octets = pop.stat()
    sizes = [int(line.split()[1]) for line in pop.list()[1]]
    if sum(sizes) != octets or len(sizes) != count or len({line.split()[1] for line in pop.uidl()[1]}) != count:
        raise AssertionError('STAT, LIST and UIDL differ')
    got = []
    for n in range(1, count + 1):
        data = b''.join(line + b'\r\n' for line in pop.retr(n)[1])
        if len(data) != sizes[n - 1]:
            raise AssertionError(f'LIST says {sizes[n - 1]} octets, RETR gave {len(data)}')
        top = b''.join(line + b'\r\n' for line in pop.top(n, 2)[1])
        if not data.startswith(top) or top.partition(b'\r\n\r\n')[2].count(b'\n') > 2:
            raise AssertionError('TOP is not the top')
        got.append(data)
        if not keep or broken:
            pop.dele(n)
    if broken:
        pop.sock.shutdown(2)
        pop.sock.close()
    else:
        pop.quit()
    return got


POP3S = {'scheme': 'pop3s', 'port': 'pop3s'}
CASES = [
    ('curl', curl, {}),
    ('curl STLS', curl, {'words': ('--ssl-reqd',)}),
    ('curl TLS', curl, POP3S),
    *((f'curl TLS, AUTH {m}', curl, {**POP3S, 'words': ('--login-options', f'AUTH={m}')}) for m in ('PLAIN', 'LOGIN', 'CRAM-MD5', '+APOP', '*')),
    ('curl TLS, AUTH PLAIN at once', curl, {**POP3S, 'words': ('--login-options', 'AUTH=PLAIN', '--sasl-ir')}),
    ('fetchmail', fetchmail, {'words': ("sslproto ''",)}),
    ('fetchmail STLS', fetchmail, {'words': ("sslproto 'auto' no sslcertck",)}),
    ('fetchmail TLS', fetchmail, {'port': 'pop3s', 'words': ('ssl no sslcertck',)}),
    ('fetchmail APOP', fetchmail, {'proto': 'apop', 'words': ("sslproto ''",)}),
    ('getmail6', getmail, {}),
    ('getmail6 TLS', getmail, {'kind': 'SimplePOP3SSLRetriever', 'port': 'pop3s'}),
    ('getmail6 APOP', getmail, {'words': 'use_apop = true'}),
    ('mpop', mpop, {'words': ('--auth=user', '--tls=off')}),
    *((f'mpop STLS, {m}', mpop, {'words': (f'--auth={m}', '--tls=on', '--tls-certcheck=off')}) for m in ('user', 'plain', 'login', 'cram-md5', 'apop', 'scram-sha-1', 'scram-sha-256', 'on')),
    ('mpop TLS', mpop, {'port': 'pop3s', 'words': ('--auth=on', '--tls=on', '--tls-starttls=off', '--tls-certcheck=off')}),
    ('mpop without pipelining', mpop, {'words': ('--auth=user', '--tls=off', '--pipelining=off')}),
    ('s-nail', snail, {}),
    ('s-nail STLS', snail, {'words': ('-S', 'pop3-use-starttls')}),
    ('s-nail TLS', snail, POP3S),
    ('poplib', python, {}),
    ('poplib STLS', python, {'tls': 'stls'}),
    ('poplib TLS', python, {'tls': 'implicit'}),
    ('poplib APOP', python, {'login': 'apop'}),
    *((f'GNU SASL {m}', python, {'tls': tls, 'login': m, 'binding': tls == 'implicit'})
      for m, tls in (('SCRAM-SHA-256', None), ('SCRAM-SHA-1', None), ('SCRAM-SHA-256-PLUS', 'implicit'), ('SCRAM-SHA-1-PLUS', 'implicit'))),
    ('a connection that breaks after DELE', python, {'tls': 'stls', 'broken': True}),
]
EXACT = (curl, python)


def compare(client, got, kept):
    """What is wrong with what a client got, given what the server has."""
    wanted = kept if client in EXACT else [lf(data) for data in kept]
    if client not in EXACT:
        got = [lf(data) for data in got]
    if client is snail:  # an mbox: its separator before, an empty line behind, From_ quoted
        got = [re.sub(rb'\AFrom [^\n]*\n', b'', data) for data in got]
        got = [data[:-1] if data.endswith(b'\n\n') and not want.endswith(b'\n\n') else data for data, want in zip(got, wanted)]
    if client in (fetchmail, getmail):  # one process a mail, which may overtake each other
        got, wanted = sorted(got), sorted(wanted)
    if len(got) != len(wanted):
        return f'{len(got)} of {len(wanted)} mails came'
    for n, (a, b) in enumerate(zip(got, wanted), 1):
        if a != b:
            at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
            return f'mail {n} differs at byte {at}: {a[max(0, at - 30):at + 50]!r} for {b[max(0, at - 30):at + 50]!r}'
    return None


def hold(world, folder, client, how, keep):
    kept = world.fill()
    folder.empty()
    wrong = compare(client, client(world, folder, keep, **how), kept)
    left = len(world.listed())
    if not wrong and left != (len(MAILS) if keep else 0):
        wrong = f'{left} mails are left'
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--hato', default=TOP + '/build/release/hato')
    parser.add_argument('--only', default='')
    options = parser.parse_args()
    missing = [name for name in CLIENTS if not shutil.which(name)] + ([] if os.access(options.hato, os.X_OK) else [options.hato])
    if missing:
        print('not installed: ' + ', '.join(missing))
        return 77
    failures, folder, world = 0, Folder(), World(load_dialogue(), os.path.abspath(options.hato))
    try:
        for case, client, how in CASES:
            for keep in (True,) if how.get('broken') else (True, False):
                name = f'{case}, {"keep" if keep else "delete"}'
                if options.only not in name:
                    continue
                try:
                    wrong = hold(world, folder, client, how, keep)
                except (AssertionError, OSError, poplib.error_proto, subprocess.TimeoutExpired) as error:
                    wrong = str(error) or repr(error)
                print(f'FAIL  {name}: {wrong}' if wrong else f'ok    {name}', flush=True)
                failures += bool(wrong)
    finally:
        shutil.rmtree(folder.path, ignore_errors=True)
        if wrong := world.server.stop():
            print('FAIL  ' + wrong)
            failures += 1
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
