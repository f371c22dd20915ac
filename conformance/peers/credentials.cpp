// A throw-away certificate authority, made anew at each start.

#include <memory>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "conformance/peers/tls.h"

namespace h2assay {
namespace {

template <auto Release> struct Releases {
  template <typename T> void operator()(T* object) const { Release(object); }
};

using Key = std::unique_ptr<EVP_PKEY, Releases<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Releases<X509_free>>;
using Memory = std::unique_ptr<BIO, Releases<BIO_free>>;

constexpr long kLifetimeSeconds = 7L * 24 * 3600;
constexpr long kClockSkewSeconds = 3600;

std::string text_of(const Memory& memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

bool add_extension(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  if (extension == nullptr) return false;
  const bool added = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

// Everything but extensions and signature.
Certificate blank(EVP_PKEY* key, const char* common_name, const X509* issuer) {
  Certificate certificate(X509_new());
  if (!certificate) return certificate;
  std::int64_t serial = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) return nullptr;
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set_int64(X509_get_serialNumber(certificate.get()), serial & INT64_MAX);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kClockSkewSeconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kLifetimeSeconds);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(
      name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), issuer != nullptr ? X509_get_subject_name(issuer) : name);
  return certificate;
}

Certificate make_authority(EVP_PKEY* key) {
  Certificate certificate = blank(key, "h2assay throw-away authority", nullptr);
  X509* self = certificate.get();
  if (!certificate || !add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE") ||
      !add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !add_extension(self, self, NID_subject_key_identifier, "hash") ||
      X509_sign(self, key, EVP_sha256()) == 0) {
    return nullptr;
  }
  return certificate;
}

Certificate make_leaf(EVP_PKEY* key, X509* authority, EVP_PKEY* authority_key) {
  Certificate certificate = blank(key, "localhost", authority);
  X509* leaf = certificate.get();
  if (!certificate || !add_extension(leaf, authority, NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(leaf, authority, NID_key_usage, "critical,digitalSignature") ||
      !add_extension(leaf, authority, NID_ext_key_usage, "serverAuth") ||
      !add_extension(leaf, authority, NID_authority_key_identifier, "keyid") ||
      !add_extension(
          leaf, authority, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1") ||
      X509_sign(leaf, authority_key, EVP_sha256()) == 0) {
    return nullptr;
  }
  return certificate;
}

}  // namespace

std::expected<Credentials, std::string> make_credentials() {
  const Key authority_key(EVP_EC_gen("P-256"));
  const Key key(EVP_EC_gen("P-256"));
  const Memory authority_text(BIO_new(BIO_s_mem()));
  const Memory certificate_text(BIO_new(BIO_s_mem()));
  const Memory key_text(BIO_new(BIO_s_mem()));
  const Certificate authority = authority_key ? make_authority(authority_key.get()) : nullptr;
  const Certificate leaf =
      authority && key ? make_leaf(key.get(), authority.get(), authority_key.get()) : nullptr;
  if (!leaf || PEM_write_bio_X509(authority_text.get(), authority.get()) != 1 ||
      PEM_write_bio_X509(certificate_text.get(), leaf.get()) != 1 ||
      PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1) {
    const char* reason = ERR_reason_error_string(ERR_get_error());
    return std::unexpected(std::string("cannot make a certificate: ") +
                           (reason != nullptr ? reason : "unknown error"));
  }
  return Credentials{text_of(authority_text), text_of(certificate_text), text_of(key_text)};
}

}  // namespace h2assay
