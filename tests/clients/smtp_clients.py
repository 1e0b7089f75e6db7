#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real mail clients send to a real server; what arrived is compared byte for byte.

usage: smtp_clients.py [--hato PROGRAM] [--only TEXT]
One line a case. Exit: 0 all arrived as sent, 1 something did not, 77 a client or the server is missing."""
import argparse, email, email.policy, importlib.machinery, importlib.util, os, shutil, smtplib, ssl, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
CLIENTS = ('curl', 'swaks', 'msmtp', 's-nail')
TRACE = (b'Return-Path: ', b'Delivered-To: ', b'Authentication-Results: ', b'Received: ', b'\t')
USER, OTHER, SECRET = 'taro@hato.test', 'hanako@hato.test', 'secret'


def load_dialogue():
    """The server of the dialogues' runner serves here too."""
    loader = importlib.machinery.SourceFileLoader('dialogue', TOP + '/tests/tools/dialogue')
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader('dialogue', loader))
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


def message(subject):
    lines = [f'From: <{USER}>', f'To: <{OTHER}>', f'Subject: {subject}', 'Date: Tue, 24 Nov 2026 08:15:30 +0000', f'Message-ID: <{abs(hash(subject))}@client.example>',
             'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '',
             '.', '..', '.leading dot', ' . ', 'trailing blanks  ', '', 'From here on', '鳩が手紙を運びます', 'x' * 900, '', '.', 'end']
    return '\r\n'.join(lines).encode() + b'\r\n'


class World:
    def __init__(self, dialogue, program):
        self.server = dialogue.Server(program, [f'account {USER} {SECRET} --plain-secret yes', f'account {OTHER} {SECRET}'])
        self.ports = {name: self.server.base + offset for name, offset in dialogue.PORTS.items()}
        self.uid = 0

    def arrived(self):
        """The newest message of the recipient: its trace and the rest."""
        self.uid += 1
        done = self.server.run('mail', 'show', OTHER, str(self.uid))
        if done.returncode:
            self.uid -= 1
            raise AssertionError('nothing arrived: ' + done.stderr.decode().strip())
        lines = done.stdout.split(b'\r\n')
        count = next((i for i, line in enumerate(lines) if not line.startswith(TRACE)), len(lines))
        return b'\r\n'.join(lines[:count]), b'\r\n'.join(lines[count:])


def run(words, stdin=b''):
    done = subprocess.run(words, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    if done.returncode:
        raise AssertionError(f'{words[0]} ended with {done.returncode}: {done.stdout.decode(errors="replace")[-1500:]}')


class Folder:
    def __init__(self):
        self.path = tempfile.mkdtemp(prefix='hato-clients-')

    def file(self, data):
        with open(self.path + '/message', 'wb') as file:
            file.write(data)
        return file.name


# --- the clients: each sends `mail` in the way `how` says -------------------------------------

def curl(world, folder, mail, scheme='smtp', port='smtp', words=()):
    url = f'{scheme}://127.0.0.1:{world.ports[port]}/client.example'
    run(['curl', '--silent', '--show-error', '--insecure', '--url', url, '--mail-from', USER, '--mail-rcpt', OTHER, '--upload-file', folder.file(mail), *words])


def swaks(world, folder, mail, port='smtp', words=()):
    path = folder.file(mail.replace(b'\r\n', b'\n')[:-1])  # swaks ends the last line itself
    run(['swaks', '--server', '127.0.0.1', '--port', str(world.ports[port]), '--helo', 'client.example', '--from', USER, '--to', OTHER, '--data', '@' + path, *words])


def msmtp(world, folder, mail, port='submission', words=()):
    run(['msmtp', '--file=/dev/null', '--host=127.0.0.1', f'--port={world.ports[port]}', f'--from={USER}', f'--user={USER}', f'--passwordeval=echo {SECRET}',
         '--tls=on', '--tls-certcheck=off', *words, OTHER], mail.replace(b'\r\n', b'\n'))


def snail(world, folder, mail, scheme='smtp', port='submission', words=()):
    host = f'{scheme}://{USER.replace("@", "%40")}:{SECRET}@127.0.0.1:{world.ports[port]}'
    subject, body = email.message_from_bytes(mail)['Subject'], mail.partition(b'\r\n\r\n')[2]
    run(['s-nail', '-:/', '-S', 'v15-compat', '-S', f'mta={host}', '-S', 'tls-verify=ignore', '-S', f'from={USER}', '-S', 'sendwait', '-S', 'ttycharset=utf-8',
         '-S', 'nosave', *words, '-s', subject, '-.', OTHER], body.replace(b'\r\n', b'\n'))


def python(world, folder, mail, port='smtp', tls=None, mechanism=None, options=(), lmtp=False, chunks=False):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    kind = smtplib.LMTP if lmtp else smtplib.SMTP
    words = {'local_hostname': 'client.example'}
    if tls == 'implicit':
        kind, words['context'] = smtplib.SMTP_SSL, context
    with kind('127.0.0.1', world.ports[port], **words) as smtp:
        if tls == 'starttls':
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if mechanism:
            smtp.user, smtp.password = USER, SECRET
            smtp.auth(mechanism.upper(), getattr(smtp, 'auth_' + mechanism.lower().replace('-', '_')))
        if chunks:
            smtp.mail(USER, ['BODY=BINARYMIME'])
            smtp.rcpt(OTHER)
            for at in range(0, len(mail), 700):
                part = mail[at:at + 700]
                last = ' LAST' if at + 700 >= len(mail) else ''
                smtp.send(f'BDAT {len(part)}{last}\r\n'.encode() + part)
                code, text = smtp.getreply()
                if code != 250:
                    raise AssertionError(f'BDAT: {code} {text}')
        else:
            smtp.sendmail(USER, [OTHER], mail, mail_options=list(options))


LOGIN = ('--user', f'{USER}:{SECRET}')
SWAKS_LOGIN = ('--auth-user', USER, '--auth-password', SECRET)
CASES = [
    ('curl smtp', curl, {}),
    ('curl smtp, STARTTLS', curl, {'words': ('--ssl-reqd',)}),
    ('curl submission, STARTTLS, AUTH chosen by curl', curl, {'port': 'submission', 'words': ('--ssl-reqd', *LOGIN)}),
    *((f'curl smtps, AUTH {m}', curl, {'scheme': 'smtps', 'port': 'submissions', 'words': (*LOGIN, '--login-options', f'AUTH={m}')}) for m in ('PLAIN', 'LOGIN', 'CRAM-MD5')),
    ('curl smtps, AUTH PLAIN at once', curl, {'scheme': 'smtps', 'port': 'submissions', 'words': (*LOGIN, '--login-options', 'AUTH=PLAIN', '--sasl-ir')}),
    ('swaks smtp', swaks, {}),
    ('swaks HELO', swaks, {'words': ('--protocol', 'SMTP')}),
    ('swaks pipelining', swaks, {'words': ('--pipeline',)}),
    ('swaks STARTTLS', swaks, {'words': ('--tls',)}),
    ('swaks STARTTLS, pipelining', swaks, {'words': ('--tls', '--pipeline')}),
    ('swaks LMTP', swaks, {'port': 'lmtp', 'words': ('--protocol', 'LMTP')}),
    *((f'swaks TLS {v}', swaks, {'words': ('--tls', '--tls-protocol', v)}) for v in ('tlsv1_2', 'tlsv1_3')),
    *((f'swaks submission, STARTTLS, AUTH {m}', swaks, {'port': 'submission', 'words': ('--tls', '--auth', m, *SWAKS_LOGIN)}) for m in ('PLAIN', 'LOGIN', 'CRAM-MD5')),
    *((f'swaks submissions, AUTH {m}', swaks, {'port': 'submissions', 'words': ('--tls-on-connect', '--auth', m, *SWAKS_LOGIN)}) for m in ('PLAIN', 'LOGIN', 'CRAM-MD5')),
    *((f'msmtp STARTTLS, AUTH {m}', msmtp, {'words': (f'--auth={m}',)}) for m in ('plain', 'login', 'cram-md5', 'scram-sha-1', 'scram-sha-256', 'on')),
    ('msmtp implicit TLS, AUTH on', msmtp, {'port': 'submissions', 'words': ('--tls-starttls=off', '--auth=on')}),
    ('s-nail STARTTLS', snail, {'words': ('-S', 'smtp-use-starttls')}),
    ('s-nail implicit TLS', snail, {'scheme': 'smtps', 'port': 'submissions'}),
    ('smtplib smtp', python, {}),
    ('smtplib 8BITMIME, SMTPUTF8', python, {'options': ('BODY=8BITMIME', 'SMTPUTF8')}),
    ('smtplib LMTP', python, {'port': 'lmtp', 'lmtp': True}),
    ('smtplib BDAT in chunks', python, {'chunks': True}),
    ('smtplib BDAT in chunks, TLS, AUTH plain', python, {'port': 'submissions', 'tls': 'implicit', 'mechanism': 'plain', 'chunks': True}),
    *((f'smtplib STARTTLS, AUTH {m}', python, {'port': 'submission', 'tls': 'starttls', 'mechanism': m}) for m in ('plain', 'login', 'cram-md5')),
    *((f'smtplib implicit TLS, AUTH {m}', python, {'port': 'submissions', 'tls': 'implicit', 'mechanism': m}) for m in ('plain', 'login', 'cram-md5')),
]


def compare(case, client, mail, trace, got):
    """What is wrong with what arrived; s-nail writes its own header and encodes as it likes."""
    if client is snail:
        read = lambda data: email.message_from_bytes(data, policy=email.policy.default).get_content().replace('\r\n', '\n')
        return None if read(got) == read(mail) else 'the text was changed'
    if got != mail:
        at = next((i for i, (a, b) in enumerate(zip(got, mail)) if a != b), min(len(got), len(mail)))
        return f'differs at byte {at}: {got[at - 20:at + 40]!r} for {mail[at - 20:at + 40]!r}'
    encrypted = any(word in case for word in ('TLS', 'smtps', 'submissions'))
    if encrypted != (b'(using TLSv1.' in trace):
        return f'the trace does not say how it came: {trace!r}'
    if ('AUTH' in case) != (b'auth=pass smtp.auth=' + USER.encode() in trace):
        return f'the trace does not say who sent it: {trace!r}'


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
            if options.only not in case:
                continue
            mail = message(case)
            try:
                client(world, folder, mail, **how)
                wrong = compare(case, client, mail, *world.arrived())
            except (AssertionError, OSError, smtplib.SMTPException, subprocess.TimeoutExpired) as error:
                wrong = str(error) or repr(error)
            print(f'FAIL  {case}: {wrong}' if wrong else f'ok    {case}', flush=True)
            failures += bool(wrong)
    finally:
        shutil.rmtree(folder.path, ignore_errors=True)
        if wrong := world.server.stop():
            print('FAIL  ' + wrong)
            failures += 1
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
