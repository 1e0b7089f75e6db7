# STARTTLS (RFC 3207).
account taro@hato.test secret --plain-secret yes
account hanako@hato.test secret
account shut@hato.test secret --disabled yes
$ alias add sales@hato.test taro@hato.test hanako@hato.test
$ alias add away@hato.test alice@example.com
$ alias add postmaster@hato.test taro@hato.test

-- hello
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *

== TLS 1.3, TLS 1.2, and a message through it
USE hello
C: STARTTLS
R: 220 2.0.0 Ready to start TLS
TLS 1.3
C: EHLO client.example
S: ...
NOT: *STARTTLS*
S: 250 LIMITS *
C: STARTTLS
R: 503 5.5.1 TLS is done already (ref *)
$ account add secure@hato.test --password-stdin < secret
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: STARTTLS
R: 220 *
TLS 1.2
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<secure@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Subject: x\r\n\r\n.
R: ~250 .* (?P<ref>\w+)
C: QUIT
R: 221 *
CLOSED
$ mail show secure@hato.test 1
O: ...
O: ~Received: from client\.example .*
O: ~\t\(using TLSv1\.2 with \S+\)
O: ~\tby mx\.hato\.test with ESMTPS id \w+
$ story ${ref}
O: ...
O: *TLSv1.2*

== all that was said before is forgotten
USE hello
C: MAIL FROM:<bob@example.com>
R: 250 *
C: STARTTLS
R: 220 *
TLS
C: RCPT TO:<taro@hato.test>
R: 503 5.5.1 Send EHLO first (ref *)
C: MAIL FROM:<bob@example.com>
R: 503 5.5.1 Send EHLO first (ref *)
C: EHLO client.example
R: 250 *
C: RCPT TO:<taro@hato.test>
R: 503 5.5.1 Send MAIL first (ref *)

== what comes behind it in plaintext ends the session
USE hello
C: STARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<evil@example.com>
R: 554 5.5.1 Data before the TLS handshake; closing (ref *)
CLOSED

== plaintext in place of the handshake ends the session
USE hello
C: STARTTLS
R: 220 *
C: EHLO evil.example
CLOSED
