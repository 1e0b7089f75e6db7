# XCLIENT from the filters that may use it.
set smtp.xclient_from = ["127.9.0.0/16"]
set policy.relay_from = ["127.9.0.0/16"]
account taro@hato.test secret
account hanako@hato.test secret

-- filter
CONNECT smtp FROM 127.9.0.1
R: 220 *
C: EHLO filter.example
S: ...
S: 250-XCLIENT ADDR PORT PROTO HELO LOGIN NAME
S: ...
S: 250 LIMITS *

== the client is who the filter says
$ account add xclient@hato.test --password-stdin < secret
USE filter
C: XCLIENT ADDR=192.0.2.77 PORT=1234 NAME=client.example HELO=client.example PROTO=ESMTP
R: 220 mx.hato.test ESMTP Hato
C: MAIL FROM:<bob@example.com>
R: 503 5.5.1 Send EHLO first (ref *)
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<alice@example.com>
R: 550 5.7.1 *
C: RCPT TO:<xclient@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Subject: x\r\n\r\n.
R: ~250 .* (?P<ref>\w+)
C: XCLIENT ADDR=IPV6:2001:db8::7
R: 220 *
C: QUIT
R: 221 *
CLOSED
$ mail show xclient@hato.test 1
O: ...
O: Received: from client.example ([192.0.2.77])
$ story ${ref}
O: ...
O: *192.0.2.77*

== without it the filter is itself
USE filter
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<alice@example.com>
R: 250 2.1.5 Ok
C: XCLIENT ADDR=192.0.2.1
R: 503 5.5.1 MAIL is done already (ref *)

== a login is told on submission only
CONNECT submission FROM 127.9.0.1
R: 220 *
C: EHLO filter.example
R: 250 *
C: XCLIENT LOGIN=nobody@hato.test
R: 501 5.5.4 *LOGIN*
C: XCLIENT ADDR=192.0.2.1 LOGIN=taro+40hato.test
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<hanako@hato.test>
R: 553 5.7.1 *
C: MAIL FROM:<taro@hato.test>
R: 250 *
CONNECT smtp FROM 127.9.0.1
R: 220 *
C: EHLO filter.example
R: 250 *
C: XCLIENT LOGIN=taro@hato.test
R: 501 5.5.4 *

== what cannot be read
USE filter
C: XCLIENT
R: 501 5.5.4 *
C: XCLIENT ADDR
R: 501 5.5.4 *
C: XCLIENT ADDR=300.0.2.1
R: 501 5.5.4 *
C: XCLIENT PORT=70000
R: 501 5.5.4 *
C: XCLIENT WHAT=1
R: 501 5.5.4 *
C: XCLIENT ADDR=[UNAVAILABLE] NAME=[TEMPUNAVAIL]
R: 220 *

== others are told that it is not offered
CONNECT smtp
R: 220 *
C: EHLO client.example
S: ...
NOT: *XCLIENT*
S: 250 LIMITS *
C: XCLIENT ADDR=192.0.2.1
R: 502 5.5.1 *
