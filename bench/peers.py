# SPDX-License-Identifier: Apache-2.0
"""The peers: private instances of Debian's Postfix and Dovecot in a folder of their own, on ports
of their own, durable as shipped. Nothing in /etc is read or written. Needs root."""
import os, shutil, signal, socket, subprocess, time

PACKAGES = ['postfix', 'dovecot-core', 'dovecot-lmtpd', 'dovecot-pop3d']
MAIL_UID = 5999
USERS = 100
# Dovecot's own advice for many logins: long-lived login and worker processes.
FAST_LOGIN = 'service_count = 0\n  client_limit = 4000\n  process_min_avail = 2\n  process_limit = 2'


def missing():
    return [p for p in ('/usr/sbin/postfix', '/usr/sbin/dovecot', '/usr/lib/dovecot/lmtp', '/usr/lib/dovecot/pop3') if not os.path.exists(p)]


def install():
    """Debian's packages; their services are not started."""
    guard = '/usr/sbin/policy-rc.d'
    made = not os.path.exists(guard)
    if made:
        with open(guard, 'w') as file:
            file.write('#!/bin/sh\nexit 101\n')
        os.chmod(guard, 0o755)
    env = dict(os.environ, DEBIAN_FRONTEND='noninteractive')
    try:
        subprocess.run(['apt-get', 'install', '-y', '--no-install-recommends', *PACKAGES], env=env, check=True, stdout=subprocess.DEVNULL)
    finally:
        if made:
            os.unlink(guard)


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as file:
        file.write(text)
    os.chmod(path, mode)


def wait_port(port, limit=20):
    end = time.monotonic() + limit
    while True:
        try:
            return socket.create_connection(('127.0.0.1', port), 1).close()
        except OSError:
            if time.monotonic() > end:
                raise SystemExit(f'nothing listens on port {port}')
            time.sleep(0.05)


def alive(pid, name):
    try:
        return name in open(f'/proc/{pid}/comm').read()
    except OSError:
        return False


class Peers:
    def __init__(self, root, base):
        self.root = root
        self.ports = {'smtp': base, 'lmtp': base + 1, 'pop3': base + 2, 'pop3s': base + 3}
        self.dovecot, self.postfix = root + '/dovecot', root + '/postfix'

    def start(self):
        os.chmod(self.root, 0o755)
        self.certificate()
        self.dovecot_files()
        self.postfix_files()
        subprocess.run(['dovecot', '-c', self.dovecot + '/dovecot.conf'], check=True)
        subprocess.run(['postfix', '-c', self.postfix + '/etc', 'start'], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for port in self.ports.values():
            wait_port(port)

    def stop(self):
        if os.path.exists(self.postfix + '/etc/main.cf'):
            subprocess.run(['postfix', '-c', self.postfix + '/etc', 'stop'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        pid = self.dovecot_pid()
        if pid:
            os.kill(pid, signal.SIGTERM)
            while alive(pid, 'dovecot'):
                time.sleep(0.05)

    def dovecot_pid(self):
        try:
            pid = int(open(self.dovecot + '/run/master.pid').read())
        except (OSError, ValueError):
            return 0
        return pid if alive(pid, 'dovecot') else 0

    def pids(self):
        """The two masters; all that work for them are their descendants."""
        pid = int(open(self.postfix + '/spool/pid/master.pid').read())
        return [pid, self.dovecot_pid()]

    def queued(self):
        spool = self.postfix + '/spool/'
        return sum(len(names) for queue in ('maildrop', 'incoming', 'active', 'deferred') for _, _, names in os.walk(spool + queue))

    def empty(self):
        """All mailboxes as new."""
        shutil.rmtree(self.root + '/mail', ignore_errors=True)
        os.makedirs(self.root + '/mail')
        os.chown(self.root + '/mail', MAIL_UID, MAIL_UID)

    def certificate(self):
        key = self.root + '/key.pem'
        subprocess.run(['openssl', 'req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-keyout', key,
                        '-out', self.root + '/cert.pem', '-days', '30', '-subj', '/CN=mx.bench.test'], check=True, stderr=subprocess.DEVNULL)

    def dovecot_files(self):
        d, ports = self.dovecot, self.ports
        write(d + '/users', ''.join(f'u{i:05d}:{{PLAIN}}secret::::::\n' for i in range(1, USERS + 1)))
        for folder in ('/state', '/run'):
            os.makedirs(d + folder, exist_ok=True)
        self.empty()
        write(d + '/dovecot.conf', f"""base_dir = {d}/run
state_dir = {d}/state
log_path = {d}/log
protocols = pop3 lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{self.root}/cert.pem
ssl_key = <{self.root}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain
auth_username_format = %n
mail_max_userip_connections = 1000
default_client_limit = 4000
mail_location = maildir:~/Maildir
passdb {{
  driver = passwd-file
  args = {d}/users
}}
userdb {{
  driver = static
  args = uid={MAIL_UID} gid={MAIL_UID} home={self.root}/mail/%n
}}
service pop3-login {{
  {FAST_LOGIN}
  inet_listener pop3 {{
    port = {ports['pop3']}
  }}
  inet_listener pop3s {{
    port = {ports['pop3s']}
    ssl = yes
  }}
}}
service pop3 {{
  service_count = 100
  process_min_avail = 4
}}
service lmtp {{
  inet_listener lmtp {{
    port = {ports['lmtp']}
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
""")

    def postfix_files(self):
        p, ports = self.postfix, self.ports
        write(p + '/etc/vmailbox', ''.join(f'u{i:05d}@bench.test x\n' for i in range(1, USERS + 1)))
        write(p + '/etc/main.cf', f"""compatibility_level = 3.6
queue_directory = {p}/spool
data_directory = {p}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
shlib_directory = /usr/lib/postfix
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.bench.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
biff = no
append_dot_mydomain = no
maillog_file = {p}/maillog
maillog_file_prefixes = {self.root}
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = bench.test
virtual_mailbox_maps = hash:{p}/etc/vmailbox
virtual_transport = lmtp:inet:127.0.0.1:{ports['lmtp']}
""")
        services = """pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
        write(p + '/etc/master.cf', f"127.0.0.1:{ports['smtp']} inet n - n - - smtpd\n" + services)
        for folder in ('/spool', '/data'):
            os.makedirs(p + folder, exist_ok=True)
        shutil.chown(p + '/data', 'postfix', 'root')
        subprocess.run(['postmap', '-c', p + '/etc', f'hash:{p}/etc/vmailbox'], check=True)
