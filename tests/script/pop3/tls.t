# STLS and implicit TLS.
account taro@hato.test secret

== STLS, and what it changes
CONNECT pop3
S: +OK *
C: STLS
S: +OK Begin TLS
TLS
C: CAPA
S: +OK *
S: ...
NOT: STLS
S: ~SASL SCRAM-SHA-256-PLUS SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-1 PLAIN LOGIN
S: USER
S: ...
S: .
C: STLS
S: -ERR STLS is not possible now (ref *)
C: USER taro
S: +OK *
C: PASS secret
S: +OK 0 messages
C: QUIT
S: +OK Goodbye
CLOSED

== TLS 1.2 too
CONNECT pop3
S: +OK *
C: STLS
S: +OK *
TLS 1.2
C: AUTH PLAIN ${b64 \0taro\0secret}
S: +OK 0 messages

== implicit TLS
CONNECT pop3s
S: +OK mx.hato.test Hato POP3
C: STLS
S: -ERR STLS is not possible now (ref *)
C: USER taro
S: +OK *
C: PASS secret
S: +OK 0 messages

== what was said in plaintext before the handshake does not count
CONNECT pop3
S: +OK *
C: STLS\r\nUSER taro
S: +OK Begin TLS
CLOSED

== STLS takes nothing behind it
CONNECT pop3
S: +OK *
C: STLS now
S: -ERR Write it as: STLS (ref *)
C: QUIT
S: +OK *

== plaintext on the port of TLS
CONNECT pop3s PLAIN
C: CAPA
CLOSED
