# LOGIN-DELAY and EXPIRE.
set tls.plaintext_login = true
set pop3.login_delay = 600
set pop3.expire_days = 30
account taro@hato.test secret
account hanako@hato.test secret

== a login too soon is refused
CONNECT pop3
S: +OK *
C: CAPA
S: ...
S: LOGIN-DELAY 600
S: EXPIRE 30
S: ...
S: .
C: USER taro
S: +OK *
C: PASS secret
S: +OK 0 messages
C: QUIT
S: +OK *
CLOSED
CONNECT pop3
S: +OK *
C: USER taro
S: +OK *
C: PASS secret
S: -ERR [LOGIN-DELAY] Wait 600 seconds between logins (ref *)

== a refused login starts no delay
CONNECT pop3
S: +OK *
C: USER hanako
S: +OK *
C: PASS wrong
S: -ERR [AUTH] *
C: USER hanako
S: +OK *
C: PASS secret
S: +OK 0 messages
