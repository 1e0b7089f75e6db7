# EHLO, HELO, and what comes before them.
account taro@hato.test secret

-- connect
CONNECT smtp
S: 220 mx.hato.test ESMTP Hato

== EHLO tells every extension
USE connect
C: EHLO client.example
S: 250-mx.hato.test greets *
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
S: 221 2.0.0 *
CLOSED
