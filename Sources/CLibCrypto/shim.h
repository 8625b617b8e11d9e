/* The part of OpenSSL's libcrypto that Concord uses: SHA-256 for ConcordEncoding, keys and
 * signatures for ConcordSigning. The low-level SHA-256 calls are marked as deprecated in OpenSSL 3,
 * but they are a third of the cost of EVP on texts of a few hundred bytes: hence the first line. */
#ifndef CONCORD_CLIBCRYPTO_SHIM_H
#define CONCORD_CLIBCRYPTO_SHIM_H

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/crypto.h>

#endif
