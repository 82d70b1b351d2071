// Between this target's own files.
#pragma once
#include "COpenSSL.h"

/// Lets a client context remember sessions; 0 when out of memory.
int sluice_tls_remember(SSL_CTX *context);

/// Makes a client session refuse a peer whose key is not `pin` (NULL: any), and resume what its
/// context remembers of `host` under the same pin; 0 when out of memory or the name is too long.
int sluice_tls_expect(SSL *ssl, const char *host, const uint8_t *pin);
