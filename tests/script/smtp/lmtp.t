# LMTP (RFC 2033): one answer for each recipient.
account taro@hato.test secret
account hanako@hato.test secret
account small@hato.test secret --quota 2000

-- hello
CONNECT lmtp
R: 220 mx.hato.test LMTP Hato
C: LHLO client.example
R: 250 *

== LHLO and nothing else
CONNECT lmtp
R: 220 *
C: EHLO client.example
R: 502 5.5.1 EHLO is not offered here (ref *)
C: HELO client.example
R: 502 5.5.1 *
C: MAIL FROM:<bob@example.com>
R: 503 5.5.1 Send LHLO first (ref *)
C: LHLO client.example
S: 250-mx.hato.test greets client.example
S: 250-PIPELINING
S: ...
S: 250 LIMITS *

== each recipient has an answer of its own
USE hello
C: MAIL FROM:<bob@example.com>\r\nRCPT TO:<taro@hato.test>\r\nRCPT TO:<nobody@hato.test>\r\nRCPT TO:<small@hato.test>\r\nRCPT TO:<hanako@hato.test>\r\nDATA
R: 250 2.1.0 *
R: 250 2.1.5 *
R: 550 5.1.1 *
R: 250 2.1.5 *
R: 250 2.1.5 *
R: 354 *
C: Subject: x\r\n\r\n${repeat 300 0123456789\r\n}.
R: 250 2.0.0 <taro@hato.test> Ok: delivered, *
R: 552 5.2.3 *small@hato.test* (ref *)
R: 250 2.0.0 <hanako@hato.test> Ok: delivered, *
C: QUIT
R: 221 *
CLOSED

== so has each at a fault of the message
USE hello
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<taro@hato.test>
R: 250 *
C: RCPT TO:<hanako@hato.test>
R: 250 *
C: BDAT 4 LAST\r\na\nb\n\
R: 550 5.6.11 *
R: 550 5.6.11 *
C: NOOP
R: 250 *

== no message without a recipient
USE hello
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<nobody@hato.test>
R: 550 *
C: DATA
R: 503 5.5.1 Send RCPT first (ref *)
C: BDAT 2 LAST\r\n\r\n\
R: 503 5.5.1 Send RCPT first (ref *)

== no relay
USE hello
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<alice@example.com>
R: 550 5.7.1 *

== results of the server before this one stay
$ account add results@hato.test --password-stdin < secret
USE hello
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<results@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Authentication-Results: mx.hato.test; dkim=pass\r\n\r\n.
R: 250 *
$ mail show results@hato.test 1
O: ...
O: ~\tby mx\.hato\.test with LMTP id \w+
O: ...
O: Authentication-Results: mx.hato.test; dkim=pass
