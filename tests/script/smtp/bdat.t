# BDAT, CHUNKING and BINARYMIME (RFC 3030).
account taro@hato.test secret --plain-secret yes
account hanako@hato.test secret
account shut@hato.test secret --disabled yes
$ alias add sales@hato.test taro@hato.test hanako@hato.test
$ alias add away@hato.test alice@example.com
$ alias add postmaster@hato.test taro@hato.test

-- rcpt
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<taro@hato.test>
R: 250 *

== one chunk is a message
USE rcpt
C: BDAT 18 LAST\r\nSubject: x\r\n\r\n..\r\n\
R: 250 2.0.0 Ok: delivered, *

== dots are not stuffed and many chunks make one message
$ account add chunks@hato.test --password-stdin < secret
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<chunks@hato.test>
R: 250 *
C: BDAT 10\r\nSubject: x\
R: 250 2.0.0 10 bytes
C: BDAT 0\r\n\
R: 250 2.0.0 0 bytes
C: BDAT 9\r\n\r\n\r\n.\r\n..\
R: 250 2.0.0 9 bytes
C: BDAT 2 LAST\r\n\r\n\
R: 250 2.0.0 Ok: delivered, *
$ mail show chunks@hato.test 1
O: ...
O: Subject: x
O: 
O: .
O: ..

== an empty last chunk ends the message
USE rcpt
C: BDAT 14\r\nSubject: x\r\n\r\n\
R: 250 *
C: BDAT 0 LAST
R: 250 2.0.0 Ok: delivered, *

== chunks are pipelined
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob@example.com>\r\nRCPT TO:<taro@hato.test>\r\nBDAT 4\r\nX: y\r\nBDAT 4 LAST\r\n\r\n\r\nNOOP\r\nQUIT
R: 250 2.1.0 *
R: 250 2.1.5 *
R: 250 2.0.0 4 bytes
R: 500 5.5.2 *
R: 250 2.0.0 Ok: delivered, *
R: 250 2.0.0 Ok
R: 221 *
CLOSED

== binary goes by BDAT only
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob@example.com> BODY=BINARYMIME
R: 250 *
C: RCPT TO:<taro@hato.test>
R: 250 *
C: DATA
R: 503 5.5.1 BODY=BINARYMIME is sent with BDAT, not DATA (ref *)
C: BDAT 20 LAST\r\nSubject: x\r\n\r\n\0\n\r\xff.\0\
R: 250 2.0.0 Ok: delivered, *

== without BINARYMIME a chunk is text
USE rcpt
C: BDAT 16 LAST\r\nSubject: x\r\n\r\na\0\
R: 550 5.6.0 *
C: NOOP
R: 250 *

== the bytes of a wrong chunk are never commands
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: BDAT 6 LAST\r\nRSET\r\n\
R: 503 5.5.1 Send MAIL first (ref *)
C: MAIL FROM:<bob@example.com>
R: 250 *
C: BDAT 6 LAST\r\nRSET\r\n\
R: 554 5.5.1 No valid recipients (ref *)
C: RCPT TO:<taro@hato.test>
R: 250 *

== a chunk whose size cannot be read ends the session
USE rcpt
C: BDAT many\r\nRSET
R: 501 5.5.4 *BDAT size [LAST]*
CLOSED
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: BDAT 99999999999999999999
R: 501 5.5.4 *
CLOSED
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: BDAT 9999999999 LAST
R: 552 5.3.4 *
CLOSED
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: BDAT 10 FIRST
R: 501 5.5.4 *
CLOSED

== a message that has begun takes nothing but chunks
USE rcpt
C: BDAT 6\r\nX: y\r\n\
R: 250 *
C: RCPT TO:<taro@hato.test>
R: 503 5.5.1 BDAT is done already (ref *)
C: DATA
R: 503 5.5.1 BDAT is done already (ref *)
C: MAIL FROM:<bob@example.com>
R: 503 5.5.1 *
C: RSET
R: 250 *
C: BDAT 2 LAST\r\n\r\n\
R: 503 5.5.1 Send MAIL first (ref *)

== a fault is told for each chunk that follows it
USE rcpt
C: BDAT 4\r\na\nb\n\
R: 550 5.6.11 *
C: BDAT 2\r\n\r\n\
R: 550 5.6.11 *
C: BDAT 0 LAST
R: 550 5.6.11 *
C: MAIL FROM:<bob@example.com>
R: 250 *
