# CAPA, LANG, UTF8 without TLS, as a server comes.
account taro@hato.test secret

-- connect
CONNECT pop3
S: +OK mx.hato.test Hato POP3

== CAPA before TLS offers STLS and no password in clear
USE connect
C: CAPA
S: +OK Capabilities follow
S: TOP
S: UIDL
S: PIPELINING
S: RESP-CODES
S: AUTH-RESP-CODE
S: UTF8 USER
S: LANG
S: SASL SCRAM-SHA-256 SCRAM-SHA-1
S: STLS
S: EXPIRE NEVER
S: IMPLEMENTATION Hato
S: .

== a password in clear is refused
USE connect
C: USER taro
S: -ERR Encryption required for authentication (ref *)
C: AUTH PLAIN ${b64 \0taro\0secret}
S: -ERR Encryption required for authentication (ref *)
C: AUTH LOGIN
S: -ERR Encryption required for authentication (ref *)

== LANG lists languages
USE connect
C: LANG
S: +OK Languages follow
S: en English
S: ja 日本語
S: i-default English
S: .

== LANG changes what is said, in every state
USE connect
C: LANG ja
S: +OK ja 日本語でお答えします
C: STAT
S: ~-ERR STAT は今は使えません \(ref \w{10}\)
C: LANG *
S: +OK en Replies are in English
C: LANG ja-JP
S: +OK ja 日本語でお答えします
C: LANG i-default
S: +OK en Replies are in English
C: LANG EN-us
S: +OK en Replies are in English
C: LANG tlh
S: -ERR No such language here (ref *)
C: LANG ja
S: +OK *
C: QUIT
S: +OK さようなら
CLOSED

== UTF8 is accepted before the login
USE connect
C: UTF8
S: +OK UTF-8 it is
C: UTF8 USER
S: -ERR Write it as: UTF8 (ref *)

== NOOP is for later
USE connect
C: NOOP
S: -ERR NOOP is not possible now (ref *)
