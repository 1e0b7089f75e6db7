# Greeting, EHLO, HELO and what is no SMTP at all.
account taro@hato.test secret --plain-secret yes
account hanako@hato.test secret
account shut@hato.test secret --disabled yes
$ alias add sales@hato.test taro@hato.test hanako@hato.test
$ alias add away@hato.test alice@example.com
$ alias add postmaster@hato.test taro@hato.test

-- connect
CONNECT smtp
R: 220 mx.hato.test ESMTP Hato

== EHLO tells every extension
USE connect
C: EHLO client.example
S: 250-mx.hato.test greets client.example
S: 250-PIPELINING
S: 250-SIZE 52428800
S: 250-8BITMIME
S: 250-SMTPUTF8
S: 250-CHUNKING
S: 250-BINARYMIME
S: 250-ENHANCEDSTATUSCODES
S: 250-STARTTLS
S: 250-DSN
S: 250 LIMITS RCPTMAX=1000 MAILMAX=1000
C: QUIT
R: 221 2.0.0 Bye
CLOSED

== HELO tells none
USE connect
C: HELO client.example
S: 250 mx.hato.test
C: QUIT
R: 221 2.0.0 *
CLOSED

== verbs are read whatever their case
USE connect
C: eHlO client.example
R: 250 *
C: mail from:<bob@example.com>
R: 250 2.1.0 *
C: Rcpt To:<taro@hato.test>
R: 250 2.1.5 *
C: noop
R: 250 2.0.0 *

== a name is wanted, and any printable one is taken
USE connect
C: EHLO
R: 501 5.5.4 *(ref *)
C: HELO
R: 501 5.5.4 *
C: HELO \x07bell
R: 500 5.5.2 *
C: HELO m\xc3\xbcller
R: 500 5.5.2 *
C: EHLO ${repeat 256 a}
R: 501 5.5.4 *
C: EHLO [192.0.2.1]
R: 250 *
C: EHLO [IPv6:2001:db8::1]
R: 250 *
C: HELO under_score.local and more
R: 250 *

== EHLO again begins anew
USE connect
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob@example.com>
R: 250 *
C: EHLO client.example
R: 250 *
C: RCPT TO:<taro@hato.test>
R: 503 5.5.1 Send MAIL first (ref *)

== LHLO is for LMTP
USE connect
C: LHLO client.example
R: 502 5.5.1 LHLO is not offered here (ref *)

== what is not SMTP is told so
CONNECT smtp
R: 220 *
C: GET / HTTP/1.1\r\nHost: mx.hato.test\r\n\r\n\
R: 554 5.5.1 This port speaks SMTP, not HTTP (ref *)
CLOSED
CONNECT smtp
R: 220 *
C: \x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\
R: 554 5.5.1 This port speaks SMTP, not TLS (ref *)
CLOSED

== who does not wait for the answer to EHLO is ended
USE connect
C: EHLO client.example\r\nMAIL FROM:<bob@example.com>
R: 554 5.5.0 You must wait for my answer to EHLO; closing (ref *)
CLOSED
CONNECT smtp
R: 220 *
C: HELO client.example\r\nMAIL FROM:<bob@example.com>
R: 554 5.5.0 *
CLOSED
