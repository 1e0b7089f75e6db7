# USER and PASS, and what may come before and after them.
set tls.plaintext_login = true
account taro@hato.test secret
account hanako@hato.test "two words"
account jiro@hato.test パスワード
account off@hato.test secret --disabled yes
account saburo@hato.test secret
account shiro@hato.test secret
account goro@hato.test secret

-- connect
CONNECT pop3
S: +OK mx.hato.test Hato POP3

== address and password log in
USE connect
C: USER taro@hato.test
S: +OK Now the password
C: PASS secret
S: +OK 0 messages
C: QUIT
S: +OK Goodbye
CLOSED

== the local part alone and any case log in
USE connect
C: user TARO
S: +OK *
C: pass secret
S: +OK 0 messages

== a password may hold blanks
USE connect
C: USER hanako
S: +OK *
C: PASS two words
S: +OK 0 messages

== a blank more is another password
USE connect
C: USER hanako
S: +OK *
C: PASS two  words
S: -ERR [AUTH] Authentication failed (ref *)

== a password may hold UTF-8, of full or half width
USE connect
C: UTF8
S: +OK *
C: USER jiro
S: +OK *
C: PASS ﾊﾟｽﾜｰﾄﾞ
S: +OK 0 messages

== a wrong password and a user who is not there are answered alike
USE connect
C: USER saburo@hato.test
S: +OK Now the password
C: PASS wrong
S: ~-ERR \[AUTH\] Authentication failed \(ref \w{10}\)
C: USER nobody@hato.test
S: +OK Now the password
C: PASS wrong
S: ~-ERR \[AUTH\] Authentication failed \(ref \w{10}\)
C: USER saburo@hato.test
S: +OK *
C: PASS secret
S: +OK 0 messages

== the reference leads to what happened, without the password
USE connect
C: USER shiro
S: +OK *
C: PASS topsecretword
S: ~-ERR \[AUTH\] .* \(ref (?P<ref>\w{10})\)
C: QUIT
S: +OK *
CLOSED
$ story ${ref}
O: ...
O: *login failed: shiro PASS*

== after a wrong password the name has to be given again
USE connect
C: USER goro
S: +OK *
C: PASS wrong
S: -ERR [AUTH] *
C: PASS secret
S: -ERR PASS is not possible now (ref *)

== a disabled account is told to its owner
USE connect
C: USER off
S: +OK *
C: PASS secret
S: -ERR [SYS/PERM] Account off@hato.test is disabled (ref *)

== PASS needs USER, USER needs a name
USE connect
C: PASS secret
S: -ERR PASS is not possible now (ref *)
C: USER
S: -ERR Write it as: USER name (ref *)
C: USER two names
S: -ERR Write it as: USER name (ref *)
C: PASS
S: -ERR Write it as: PASS password (ref *)
C: USER
S: -ERR *

== the second USER counts
USE connect
C: USER nobody
S: +OK *
C: USER taro
S: +OK *
C: PASS secret
S: +OK 0 messages

== commands of a mailbox need a login
USE connect
C: STAT
S: -ERR STAT is not possible now (ref *)
C: LIST
S: -ERR LIST is not possible now (ref *)
C: UIDL 1
S: -ERR UIDL is not possible now (ref *)
C: RETR 1
S: -ERR RETR is not possible now (ref *)
C: TOP 1 1
S: -ERR TOP is not possible now (ref *)
C: DELE 1
S: -ERR DELE is not possible now (ref *)
C: RSET
S: -ERR RSET is not possible now (ref *)
C: NOOP
S: -ERR NOOP is not possible now (ref *)

== commands of the login are over after it
USE connect
C: USER taro
S: +OK *
C: PASS secret
S: +OK 0 messages
C: USER taro
S: -ERR USER is not possible now (ref *)
C: PASS secret
S: -ERR PASS is not possible now (ref *)
C: APOP taro 0123
S: -ERR APOP is not possible now (ref *)
C: AUTH PLAIN
S: -ERR AUTH is not possible now (ref *)
C: STLS
S: -ERR STLS is not possible now (ref *)
C: UTF8
S: -ERR UTF8 is not possible now (ref *)
C: QUIT
S: +OK Goodbye
CLOSED

== QUIT before the login, with bare LF
USE connect
C: QUIT\n\
S: +OK Goodbye
CLOSED

== what is no command
USE connect
C: HELO client
S: -ERR Unknown command (ref *)
C: 
S: -ERR Unknown command (ref *)
C: QUIT\0
S: -ERR Unknown command (ref *)
C: \x1b[A
S: -ERR Unknown command (ref *)
C: CAPA now
S: -ERR Write it as: CAPA (ref *)
C: QUIT now
S: -ERR Write it as: QUIT (ref *)
C: GET / HTTP/1.1
S: -ERR Unknown command (ref *)

== too many refusals end the session
USE connect
C: ${repeat 20 X\r\n}\
S: -ERR Unknown command (ref *)
S: ...
S: -ERR [SYS/PERM] Too many errors, closing (ref *)
CLOSED

== a line without end ends the session
USE connect
C: ${repeat 20000 x}\
S: -ERR Too much data without a line end (ref *)
CLOSED

== a client that goes away hurts nobody
USE connect
RESET
CONNECT pop3
S: +OK *
CLOSE
CONNECT pop3
S: +OK *
SHUT
CLOSED
