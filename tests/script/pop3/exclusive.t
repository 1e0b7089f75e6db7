# One session at a time, where the server is set so.
set tls.plaintext_login = true
set pop3.exclusive = true
account taro@hato.test secret

== the second session is told so, and its turn comes
CONNECT pop3 AS a
S: +OK *
C: USER taro
S: +OK *
C: PASS secret
S: +OK 0 messages
CONNECT pop3 AS b
S: +OK *
C: USER taro
S: +OK *
C: PASS secret
S: -ERR [IN-USE] Maildrop is open in another session (ref *)
@ a
C: QUIT
S: +OK *
CLOSED
@ b
C: USER taro
S: +OK *
C: PASS secret
S: +OK 0 messages
