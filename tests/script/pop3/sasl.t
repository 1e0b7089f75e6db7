# AUTH and APOP, with an account that opted in to a reversible secret.
set tls.plaintext_login = true
account taro@hato.test secret
account hanako@hato.test tanstaaf --plain-secret yes
account jiro@hato.test secret
account saburo@hato.test secret

-- connect
CONNECT pop3
S: ~\+OK mx\.hato\.test Hato POP3 (?P<stamp><\w+\.[0-9a-f]{16}@mx\.hato\.test>)

== AUTH alone lists the mechanisms
USE connect
C: AUTH
S: +OK Mechanisms follow
S: SCRAM-SHA-256
S: SCRAM-SHA-1
S: PLAIN
S: LOGIN
S: CRAM-MD5
S: .

== PLAIN with an initial response
USE connect
C: AUTH PLAIN ${b64 \0taro@hato.test\0secret}
S: +OK 0 messages

== PLAIN with a continuation
USE connect
C: auth plain
S: + 
C: ${b64 \0taro\0secret}
S: +OK 0 messages

== PLAIN for oneself, and not for another
USE connect
C: AUTH PLAIN ${b64 hanako@hato.test\0taro\0secret}
S: -ERR [AUTH] Authentication failed (ref *)
C: AUTH PLAIN ${b64 taro@hato.test\0taro\0secret}
S: +OK 0 messages

== LOGIN
USE connect
C: AUTH LOGIN
S: + VXNlcm5hbWU6
C: ${b64 taro}
S: + UGFzc3dvcmQ6
C: ${b64 secret}
S: +OK 0 messages

== LOGIN with the name at once
USE connect
C: AUTH LOGIN ${b64 taro}
S: + UGFzc3dvcmQ6
C: ${b64 secret}
S: +OK 0 messages

== SCRAM-SHA-256 with an initial response
USE connect
C: AUTH SCRAM-SHA-256 ${b64 n,,n=taro,r=abcdef}
S: ~\+ (?P<first>\S+)
C: ${scram sha256 taro secret abcdef ${first}}
S: ~\+ dj\S+
C: 
S: +OK 0 messages

== SCRAM-SHA-1 with a continuation
USE connect
C: AUTH SCRAM-SHA-1
S: + 
C: ${b64 n,,n=taro,r=abcdef}
S: ~\+ (?P<first>\S+)
C: ${scram sha1 taro secret abcdef ${first}}
S: ~\+ dj\S+
C: 
S: +OK 0 messages

== SCRAM with a wrong password, and for nobody
USE connect
C: AUTH SCRAM-SHA-256 ${b64 n,,n=saburo,r=abcdef}
S: ~\+ (?P<first>\S+)
C: ${scram sha256 saburo wrong abcdef ${first}}
S: -ERR [AUTH] Authentication failed (ref *)
C: AUTH SCRAM-SHA-256 ${b64 n,,n=nobody,r=abcdef}
S: ~\+ (?P<first>\S+)
C: ${scram sha256 nobody secret abcdef ${first}}
S: -ERR [AUTH] Authentication failed (ref *)

== -PLUS needs TLS
USE connect
C: AUTH SCRAM-SHA-256-PLUS
S: -ERR Authentication mechanism not supported (ref *)

== CRAM-MD5
USE connect
C: AUTH CRAM-MD5
S: ~\+ (?P<challenge>\S+)
C: ${cram hanako@hato.test tanstaaf ${challenge}}
S: +OK 0 messages

== CRAM-MD5 of one who did not opt in
USE connect
C: AUTH CRAM-MD5
S: ~\+ (?P<challenge>\S+)
C: ${cram jiro@hato.test secret ${challenge}}
S: -ERR [AUTH] Authentication failed (ref *)

== APOP
USE connect
C: APOP hanako ${md5 ${stamp}tanstaaf}
S: +OK 0 messages
C: QUIT
S: +OK *

== APOP with a wrong digest, of one who did not opt in, and badly written
USE connect
C: APOP hanako ${md5 ${stamp}wrong}
S: -ERR [AUTH] Authentication failed (ref *)
C: APOP jiro ${md5 ${stamp}secret}
S: -ERR [AUTH] Authentication failed (ref *)
C: APOP hanako
S: -ERR Write it as: APOP name digest (ref *)

== an exchange is cancelled, and another follows
USE connect
C: AUTH PLAIN
S: + 
C: *
S: -ERR Authentication cancelled (ref *)
C: AUTH LOGIN
S: + *
C: *
S: -ERR Authentication cancelled (ref *)
C: AUTH PLAIN ${b64 \0taro\0secret}
S: +OK 0 messages

== what cannot be decoded
USE connect
C: AUTH PLAIN !!!!
S: -ERR Cannot decode the authentication data (ref *)
C: AUTH PLAIN =
S: -ERR Cannot decode the authentication data (ref *)
C: AUTH PLAIN
S: + 
C: not base64
S: -ERR Cannot decode the authentication data (ref *)
C: AUTH PLAIN ${b64 taro}
S: -ERR Cannot decode the authentication data (ref *)
C: AUTH GSSAPI
S: -ERR Authentication mechanism not supported (ref *)
C: AUTH PLAIN a b
S: -ERR Write it as: AUTH mechanism [response] (ref *)
C: AUTH SCRAM-SHA-256 ${b64 n,,n=,r=}
S: -ERR Cannot decode the authentication data (ref *)
