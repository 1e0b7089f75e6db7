# Submission: whose mail goes where (RFC 6409).
account taro@hato.test secret --plain-secret yes
account hanako@hato.test secret
account shut@hato.test secret --disabled yes
$ alias add sales@hato.test taro@hato.test hanako@hato.test
$ alias add away@hato.test alice@example.com
$ alias add postmaster@hato.test taro@hato.test

-- login
CONNECT submissions
R: 220 *
C: EHLO client.example
R: 250 *
C: AUTH PLAIN ${b64 \0taro@hato.test\0secret}
R: 235 *

== nothing without a login
CONNECT submission
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<taro@hato.test>
R: 530 5.7.0 Authentication required (ref *)
CONNECT submissions
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<>
R: 530 5.7.0 *

== the sender is one's own
USE login
C: MAIL FROM:<hanako@hato.test>
R: 553 5.7.1 <hanako@hato.test> is not an address of taro@hato.test (ref *)
C: MAIL FROM:<taro@example.com>
R: 553 5.7.1 *
C: MAIL FROM:<taro@hato.test>
R: 250 *
C: RSET
R: 250 *
C: MAIL FROM:<taro+news@hato.test>
R: 250 *
C: RSET
R: 250 *
C: MAIL FROM:<sales@hato.test>
R: 250 *
C: RSET
R: 250 *
C: MAIL FROM:<>
R: 250 *

== mail to others goes into the queue, what it lacks is added
USE login
C: MAIL FROM:<taro@hato.test>
R: 250 *
C: RCPT TO:<alice@example.com> NOTIFY=FAILURE
R: 250 2.1.5 Ok
C: RCPT TO:<a..b.@docomo.ne.jp>
R: 250 2.1.5 Ok
C: DATA
R: 354 *
C: Subject: out\r\n\r\n.
R: ~250 2\.0\.0 Ok: queued as (?P<ref>\w+)
C: QUIT
R: 221 *
CLOSED
$ queue list
O: ...
O: *${ref}*
$ story ${ref}
O: ...
O: *queued, not delivered yet*alice@example.com*

== local mail is delivered, with what it lacks
$ account add lacks@hato.test --password-stdin < secret
USE login
C: MAIL FROM:<taro@hato.test>
R: 250 *
C: RCPT TO:<lacks@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Authentication-Results: mx.hato.test; dkim=pass\r\nBcc: hidden@example.com\r\n\r\n.
R: 250 2.0.0 Ok: delivered, *
$ mail show lacks@hato.test 1
O: Return-Path: <taro@hato.test>
O: Delivered-To: lacks@hato.test
O: Authentication-Results: mx.hato.test;
O: \tauth=pass smtp.auth=taro@hato.test smtp.mailfrom=taro@hato.test
O: Received: from client.example ([${source}])
O: \t(using TLSv1.3 with *)
O: \tby mx.hato.test with ESMTPSA id *
O: \tfor <lacks@hato.test>; *
O: Date: *
O: ~Message-ID: <\w{10}@mx\.hato\.test>
O: Bcc: hidden@example.com

== users who are not here are refused at once
USE login
C: MAIL FROM:<taro@hato.test>
R: 250 *
C: RCPT TO:<nobody@hato.test>
R: 550 5.1.1 *
