# PROXY protocol from the load balancers that must speak it.
set listen.proxy_from = ["127.9.0.0/16"]
account taro@hato.test secret

== version 2 tells whose connection it is
CONNECT smtp FROM 127.9.0.1
C: \r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x09\xc0\0\x02\x19\x30\x39\0\x19\
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<taro@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Subject: x\r\n\r\n.
R: ~250 .* (?P<ref>\w+)
C: QUIT
R: 221 *
CLOSED
$ story ${ref}
O: ...
O: *192.0.2.9*

== version 2 with LOCAL is the balancer's own
CONNECT smtp FROM 127.9.0.1
C: \r\n\r\n\0\r\nQUIT\n\x20\0\0\0\
R: 220 *

== version 1
CONNECT smtp FROM 127.9.0.1
C: PROXY TCP4 192.0.2.10 192.0.2.25 12345 25
R: 220 *
C: EHLO client.example
R: 250 *

== version 2 before implicit TLS
CONNECT submissions PLAIN FROM 127.9.0.1
C: \r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x09\xc0\0\x02\x19\x30\x39\0\x19\
TLS
R: 220 *

== without the header the balancer gets no session
CONNECT smtp FROM 127.9.0.1
C: EHLO client.example
CLOSED

== others need none, and may not use it
CONNECT smtp
R: 220 *
C: PROXY TCP4 192.0.2.10 192.0.2.25 12345 25
R: 500 5.5.2 *
