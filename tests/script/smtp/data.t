# DATA: what is kept and what is refused.
account taro@hato.test secret --plain-secret yes
account hanako@hato.test secret
account shut@hato.test secret --disabled yes
$ alias add sales@hato.test taro@hato.test hanako@hato.test
$ alias add away@hato.test alice@example.com
$ alias add postmaster@hato.test taro@hato.test

-- data
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<taro@hato.test>
R: 250 *
C: DATA
R: 354 End with <CRLF>.<CRLF>

== a message is stored byte for byte, without its stuffing
$ account add bytes@hato.test --password-stdin < secret
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<bytes@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Subject: x\r\n\r\n..\r\n...two\r\n.one\r\n a.b. \r\n\r\n.
R: ~250 2\.0\.0 Ok: delivered, (?P<ref>\w{10})
$ mail show bytes@hato.test 1
O: Return-Path: <bob@example.com>
O: Delivered-To: bytes@hato.test
O: Received: from client.example ([${source}])
O: ~\tby mx\.hato\.test with ESMTP id \w+
O: ~\tfor <bytes@hato\.test>; \w\w\w, \d\d \w\w\w \d{4} \d\d:\d\d:\d\d \+0000
O: Subject: x
O: 
O: .
O: ..two
O: one
O:  a.b. 
O: 
$ story ${ref}
O: ...
O: *accepted*
O: ...
O: *INBOX of bytes@hato.test, UID 1*

== an empty message is one
USE data
C: .
R: 250 2.0.0 Ok: delivered, *

== a message comes in any pieces
USE data
C: Sub\
C: ject: x\r\n\r\nbody\r\
C: \n.\
C: \r\
C: \n\
R: 250 2.0.0 *

== 8-bit bytes pass whatever was announced
USE data
C: Subject: \xe9\xb3\xa9\r\n\r\n\xff\xfe\r\n.
R: 250 2.0.0 *

== a NUL is refused
USE data
C: Subject: x\r\n\r\na\0b\r\n.
R: ~550 5\.6\.0 Message has a NUL character \(ref (?P<ref>\w+)\)
C: NOOP
R: 250 *
C: QUIT
R: 221 *
CLOSED
$ story ${ref}
O: ...
O: *NUL*

== lines up to 64 KB pass
USE data
C: X: ${repeat 65000 x}\r\n.
R: 250 2.0.0 *

== longer ones are refused
USE data
C: X: ${repeat 70000 x}\r\n.
R: 550 5.6.0 Message has a line over 65536 bytes (ref *)
C: NOOP
R: 250 *

== a big message arrives whole
USE data
C: Subject: big\r\n\r\n${repeat 200000 0123456789 0123456789 0123456789\r\n}.
R: 250 2.0.0 *

== who breaks off in the middle leaves nothing
$ account add broken@hato.test --password-stdin < secret
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<broken@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Subject: half
CLOSE
CONNECT smtp
R: 220 *
C: QUIT
R: 221 *
CLOSED
$ mail list broken@hato.test
O: No messages.

== many messages in one session
USE data
C: Subject: one\r\n\r\n.
R: 250 2.0.0 *
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<hanako@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Subject: two\r\n\r\n.
R: 250 2.0.0 *

== an alias that leads away is queued, and both are said
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<away@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Subject: away\r\n\r\n.
R: ~250 2\.0\.0 Ok: queued as (?P<ref>\w+)
C: QUIT
R: 221 *
CLOSED
$ queue list
O: ...
O: *${ref}*

== a loop is broken
USE data
C: ${repeat 51 Received: from a by b\r\n}\r\n.
R: 554 5.4.6 Mail loop detected (ref *)
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<taro@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Delivered-To: taro@hato.test\r\n\r\n.
R: 554 5.4.6 *
