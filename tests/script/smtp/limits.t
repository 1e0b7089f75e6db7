# Limits, set low.
set smtp.max_errors = 4
set smtp.max_transactions = 2
set smtp.max_recipients = 100
set smtp.max_message = "2K"
set smtp.memory = "1M"
account taro@hato.test secret
account small@hato.test secret --quota 1000
account few@hato.test secret --quota-messages 1

-- hello
CONNECT smtp
R: 220 *
C: EHLO client.example
S: ...
S: 250-SIZE 2048
S: ...
S: 250 LIMITS RCPTMAX=100 MAILMAX=2

-- rcpt
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<taro@hato.test>
R: 250 *

== too many errors end the session
USE hello
C: WHAT
R: 500 5.5.2 *
C: RCPT TO:<x@y>
R: 503 5.5.1 *
C: WHAT
R: 500 5.5.2 *
C: WHAT
R: 500 5.5.2 *
R: 421 4.7.0 Too many errors; closing (ref *)
CLOSED

== what passes by itself is no error
USE rcpt
C: ${repeat 110 RCPT TO:<taro@hato.test>\r\n}\
S: ...
S: 452 4.5.3 Too many recipients, 100 at once (ref *)
S: ...
NOT: 421*
C: NOOP
S: 250 2.0.0 Ok

== too many messages end the session
USE hello
C: MAIL FROM:<a@example.com>
R: 250 *
C: RSET
R: 250 *
C: MAIL FROM:<b@example.com>
R: 250 *
C: RSET
R: 250 *
C: MAIL FROM:<c@example.com>
R: 421 4.7.0 Enough messages in one session; connect anew (ref *)
CLOSED

== a message that grows too large is refused at its end
USE rcpt
C: DATA
R: 354 *
C: ${repeat 250 0123456789\r\n}.
R: ~552 5\.3\.4 Message is larger than 2048 bytes \(ref (?P<ref>\w+)\)
C: NOOP
R: 250 *
C: QUIT
R: 221 *
CLOSED
$ story ${ref}
O: ...
O: *larger than this server takes (2048 bytes)*

== one that grows far too large ends the session
USE rcpt
C: DATA
R: 354 *
C: ${repeat 1000 0123456789\r\n}\
R: 552 5.3.4 *
CLOSED
USE rcpt
C: BDAT 3000\r\n${repeat 250 0123456789\r\n}\
R: 552 5.3.4 *
C: RSET
R: 250 *

== a message over the whole quota is refused for ever, a full mailbox for now
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob@example.com> SIZE=1500
R: 250 *
C: RCPT TO:<small@hato.test>
R: 552 5.2.3 Message is larger than the whole mailbox of small@hato.test (ref *)
C: RCPT TO:<few@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Subject: x\r\n\r\n.
R: 250 2.0.0 *
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<few@hato.test>
R: ~452 4\.2\.2 Mailbox of few@hato\.test is full \(ref (?P<ref>\w+)\)
C: RCPT TO:<small@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Subject: x\r\n\r\n${repeat 100 0123456789\r\n}.
R: 552 5.2.3 *
C: QUIT
R: 221 *
CLOSED
$ story ${ref}
O: ...
O: *reached its quota*
