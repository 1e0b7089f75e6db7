# Commands in every state, and lines that are no command.
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

== mail wants a greeting first
CONNECT smtp
R: 220 *
C: MAIL FROM:<bob@example.com>
R: 503 5.5.1 Send EHLO first (ref *)
C: RCPT TO:<taro@hato.test>
R: 503 5.5.1 Send EHLO first (ref *)
C: DATA
R: 503 5.5.1 Send EHLO first (ref *)
C: STARTTLS
R: 503 5.5.1 Send EHLO first (ref *)
C: AUTH PLAIN
R: 503 5.5.1 Send EHLO first (ref *)
C: BDAT 4 LAST\r\nQUIT\
R: 503 5.5.1 Send EHLO first (ref *)
C: NOOP
R: 250 2.0.0 Ok

== these may come at any time
CONNECT smtp
R: 220 *
C: NOOP
R: 250 2.0.0 Ok
C: NOOP with words
R: 250 2.0.0 Ok
C: RSET
R: 250 2.0.0 Ok
C: HELP
R: 214 2.0.0 Commands: MAIL RCPT DATA BDAT EHLO HELO QUIT RSET NOOP STARTTLS AUTH VRFY EXPN HELP XCLIENT
C: HELP MAIL
R: 214 2.0.0 *
C: VRFY taro@hato.test
R: 252 2.0.0 *
C: VRFY nobody@hato.test
R: 252 2.0.0 *
C: VRFY
R: 501 5.5.4 *
C: EXPN sales@hato.test
R: 502 5.5.1 EXPN is not offered here (ref *)
C: QUIT
R: 221 2.0.0 *
CLOSED

== a transaction goes in its order
USE hello
C: RCPT TO:<taro@hato.test>
R: 503 5.5.1 Send MAIL first (ref *)
C: DATA
R: 503 5.5.1 Send MAIL first (ref *)
C: MAIL FROM:<bob@example.com>
R: 250 2.1.0 Ok
C: MAIL FROM:<bob@example.com>
R: 503 5.5.1 MAIL is done already (ref *)
C: DATA
R: 554 5.5.1 No valid recipients (ref *)
C: RCPT TO:<taro@hato.test>
R: 250 2.1.5 Ok
C: RSET
R: 250 2.0.0 Ok
C: DATA
R: 503 5.5.1 Send MAIL first (ref *)

== these take no arguments
USE hello
C: RSET now
R: 501 5.5.4 *
C: QUIT now
R: 501 5.5.4 *
C: STARTTLS now
R: 501 5.5.4 *
C: DATA now
R: 501 5.5.4 *
C: QUIT   
R: 221 2.0.0 *
CLOSED

== what nobody knows
USE hello
C: HULLO
R: 500 5.5.2 Unknown command (ref *)
C: TURN
R: 500 5.5.2 *
C: 
R: 500 5.5.2 *
C: MAILFROM:<bob@example.com>
R: 500 5.5.2 *
C: SEND FROM:<bob@example.com>
R: 500 5.5.2 *
C: ETRN hato.test
R: 500 5.5.2 *

== no AUTH and no XCLIENT for strangers on port 25
USE hello
C: AUTH PLAIN AHRhcm8Ac2VjcmV0
R: 502 5.5.1 AUTH is not offered here (ref *)
C: XCLIENT ADDR=192.0.2.1
R: 502 5.5.1 XCLIENT is not offered here (ref *)

== control characters, NUL and 8-bit bytes in commands
USE hello
C: NOOP \0
R: 500 5.5.2 Control or 8-bit characters in a command (ref *)
C: NO\x00OP
R: 500 5.5.2 *
C: NOOP \x1b[2J
R: 500 5.5.2 *
C: NOOP\r
R: 500 5.5.2 *
C: RCPT TO:<taro@hato.test\r>
R: 500 5.5.2 *
C: \xc3\xa9
R: 500 5.5.2 *
C: MAIL FROM:<\xff@example.com>
R: 500 5.5.2 *
C: NOOP
R: 250 *

== a bare LF never ends a command
USE hello
C: NOOP\nMAIL FROM:<evil@example.com>
R: 521 5.5.2 Lines must end with CR LF; closing (ref *)
CLOSED
CONNECT smtp
R: 220 *
C: EHLO client.example\n\
R: 521 5.5.2 *
CLOSED

== lines may be long but not endless
USE hello
C: NOOP ${repeat 12000 x}
R: 250 *
C: NOOP ${repeat 13000 x}
R: 500 5.5.6 *
C: NOOP
R: 250 *
C: NOOP ${repeat 70000 x}\
R: 500 5.5.6 Too much data without a line end (ref *)
CLOSED

== pipelined commands are answered in their order
USE hello
C: MAIL FROM:<bob@example.com>\r\nRCPT TO:<nobody@hato.test>\r\nRCPT TO:<taro@hato.test>\r\nDATA
R: 250 2.1.0 *
R: 550 5.1.1 *
R: 250 2.1.5 *
R: 354 *
C: Subject: x\r\n\r\nbody\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<taro@hato.test>\r\nRSET\r\nQUIT
R: 250 2.0.0 Ok: delivered, *
R: 250 2.1.0 *
R: 250 2.1.5 *
R: 250 2.0.0 Ok
R: 221 *
CLOSED

== a message that does not wait for 354 is not taken for commands
USE hello
C: MAIL FROM:<bob@example.com>\r\nRCPT TO:<nobody@hato.test>\r\nDATA\r\nMAIL FROM:<evil@example.com>\r\n.
R: 250 2.1.0 *
R: 550 5.1.1 *
R: 554 5.5.0 You must wait for my answer to DATA; closing (ref *)
CLOSED
