#include "conformance/peers/tls.h"

#include <algorithm>
#include <array>
#include <utility>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace h2assay {
namespace {

// RFC 9113, Section 9.2.2: nothing of Appendix A.  With OpenSSL's defaults that is ECDHE and an
// AEAD.
constexpr const char* kCiphersOfTls12 = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr std::size_t kRecordSize = std::size_t{16} << 10;

std::string openssl_error(std::string_view what) {
  std::array<char, 256> text{};
  const unsigned long code = ERR_peek_error();
  ERR_error_string_n(code, text.data(), text.size());
  const char* reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return std::string(what) + ": " + (reason != nullptr ? reason : text.data());
}

// The form of RFC 7301: each name behind its length.
std::vector<std::uint8_t> alpn_list(const std::vector<std::string>& names) {
  std::vector<std::uint8_t> list;
  for (const std::string& name : names) {
    list.push_back(static_cast<std::uint8_t>(name.size()));
    list.insert(list.end(), name.begin(), name.end());
  }
  return list;
}

int choose_alpn(SSL* /*ssl*/,
                const unsigned char** chosen,
                unsigned char* chosen_size,
                const unsigned char* offered,
                unsigned int offered_size,
                void* wanted) {
  const auto& names = *static_cast<const std::vector<std::string>*>(wanted);
  if (names.empty()) return SSL_TLSEXT_ERR_NOACK;
  for (const std::string& name : names) {
    for (unsigned int at = 0; at < offered_size; at += 1U + offered[at]) {
      const std::string_view candidate(reinterpret_cast<const char*>(offered) + at + 1,
                                       offered[at]);
      if (candidate != name) continue;
      *chosen = offered + at + 1;
      *chosen_size = offered[at];
      return SSL_TLSEXT_ERR_OK;
    }
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;  // RFC 7301, Section 3.2: no_application_protocol
}

int number(TlsVersion version) {
  switch (version) {
    case TlsVersion::tls10: return TLS1_VERSION;
    case TlsVersion::tls11: return TLS1_1_VERSION;
    case TlsVersion::tls12: return TLS1_2_VERSION;
    case TlsVersion::tls13: return TLS1_3_VERSION;
  }
  return TLS1_3_VERSION;
}

// TLS_AES_128_GCM_SHA256 and its like; those of older versions say what they come WITH.
bool is_suite_of_tls13(std::string_view name) {
  return name.starts_with("TLS_") && !name.contains("_WITH_");
}

bool set_only_cipher(SSL_CTX* context, const std::string& name) {
  if (is_suite_of_tls13(name)) return SSL_CTX_set_ciphersuites(context, name.c_str()) == 1;
  const char* own_name = OPENSSL_cipher_name(name.c_str());  // "(NONE)" where it knows none
  const bool known = own_name != nullptr && *own_name != '(';
  return SSL_CTX_set_cipher_list(context, known ? own_name : name.c_str()) == 1;
}

void set_versions(SSL_CTX* context, std::optional<TlsVersion> only) {
  SSL_CTX_set_min_proto_version(context, number(only.value_or(TlsVersion::tls12)));
  SSL_CTX_set_max_proto_version(context, number(only.value_or(TlsVersion::tls13)));
  // RFC 9113, Section 9.2.1: no compression, no renegotiation.
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                       SSL_MODE_RELEASE_BUFFERS);
}

bool is_address(const std::string& host) {
  std::array<unsigned char, 16> octets{};
  return inet_pton(AF_INET, host.c_str(), octets.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), octets.data()) == 1;
}

bool use_pem(SSL_CTX* context, const TlsServerOptions& options) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> chain(
      BIO_new_mem_buf(options.certificate_pem.data(),
                      static_cast<int>(options.certificate_pem.size())),
      BIO_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> key(
      BIO_new_mem_buf(options.key_pem.data(), static_cast<int>(options.key_pem.size())), BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> leaf(
      PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr), X509_free);
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return false;
  while (X509* next = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, next) != 1) return false;
  }
  ERR_clear_error();  // the end of the file
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> private_key(
      PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  return private_key && SSL_CTX_use_PrivateKey(context, private_key.get()) == 1 &&
         SSL_CTX_check_private_key(context) == 1;
}

}  // namespace

std::expected<TlsContext, std::string> TlsContext::client(const TlsClientOptions& options) {
  TlsContext made;
  ERR_clear_error();
  made.context_.reset(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX* context = made.context_.get();
  if (context == nullptr) return std::unexpected(openssl_error("TLS"));
  set_versions(context, options.only);
  made.options_ = options;
  if (options.insecure) {
    SSL_CTX_set_security_level(context, 0);
  } else {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    if (options.ca_file.empty()) {
      SSL_CTX_set_default_verify_paths(context);
    } else if (SSL_CTX_load_verify_file(context, options.ca_file.c_str()) != 1) {
      return std::unexpected(openssl_error(options.ca_file));
    }
  }
  if (!options.certificate_file.empty()) {
    if (SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) != 1) {
      return std::unexpected(openssl_error(options.certificate_file));
    }
    const std::string& key = options.key_file.empty() ? options.certificate_file : options.key_file;
    if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
      return std::unexpected(openssl_error(key));
    }
  }
  if (!options.cipher.empty() && !set_only_cipher(context, options.cipher))
    return std::unexpected("no cipher suite is called " + options.cipher);
  if (const auto list = alpn_list(options.alpn); !list.empty()) {
    SSL_CTX_set_alpn_protos(context, list.data(), static_cast<unsigned int>(list.size()));
  }
  return made;
}

std::expected<TlsContext, std::string> TlsContext::server(const TlsServerOptions& options) {
  TlsContext made;
  ERR_clear_error();
  made.context_.reset(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX* context = made.context_.get();
  if (context == nullptr) return std::unexpected(openssl_error("TLS"));
  set_versions(context, options.only);
  SSL_CTX_set_cipher_list(context, kCiphersOfTls12);
  if (!use_pem(context, options)) return std::unexpected(openssl_error("certificate or key"));
  auto alpn = std::make_shared<const std::vector<std::string>>(options.alpn);
  SSL_CTX_set_alpn_select_cb(
      context, choose_alpn, const_cast<std::vector<std::string>*>(alpn.get()));
  made.alpn_ = std::move(alpn);
  return made;
}

std::expected<TlsContext, std::string> TlsContext::with(const TlsWishes& wishes) const {
  constexpr std::pair<std::string_view, TlsVersion> kVersions[] = {{"1.0", TlsVersion::tls10},
                                                                   {"1.1", TlsVersion::tls11},
                                                                   {"1.2", TlsVersion::tls12},
                                                                   {"1.3", TlsVersion::tls13}};
  TlsClientOptions options = options_;
  options.insecure = true;
  options.alpn = wishes.alpn;
  options.cipher = wishes.cipher;
  for (const auto& [name, version] : kVersions)
    if (wishes.version == name) options.only = version;
  if (!wishes.version.empty() && !options.only)
    return std::unexpected("no version of TLS is called " + wishes.version);
  // A server would else choose a version that does not have the suite.
  if (!wishes.cipher.empty() && !options.only)
    options.only = is_suite_of_tls13(wishes.cipher) ? TlsVersion::tls13 : TlsVersion::tls12;
  if (wishes.server_name) {
    options.server_name = *wishes.server_name;
    options.send_server_name = !wishes.server_name->empty();
  }
  return client(options);
}

TlsSession::TlsSession(const TlsContext& context, std::string_view host)
    : context_(context),
      alarms_(std::make_unique<Alarms>()),
      ssl_(SSL_new(context.context_.get())) {
  ERR_clear_error();
  SSL* ssl = ssl_.get();
  SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_app_data(ssl, alarms_.get());
  SSL_set_info_callback(ssl, note_alert);
  SSL_set_msg_callback(ssl, note_message);
  // What SSL_set_msg_callback_arg() expands to, without its old-style cast.
  SSL_ctrl(ssl, SSL_CTRL_SET_MSG_CALLBACK_ARG, 0, alarms_.get());
  if (host.empty()) {
    SSL_set_accept_state(ssl);
    return;
  }
  SSL_set_connect_state(ssl);
  // Even then a server must not ask for a certificate later: RFC 9113, Section 9.2.3.
  SSL_set_post_handshake_auth(ssl, 1);
  const TlsClientOptions& options = context.options_;
  const std::string name = options.server_name.empty() ? std::string(host) : options.server_name;
  if (!options.send_server_name) return;
  if (is_address(name)) {
    if (!options.insecure) X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str());
    return;  // RFC 6066, Section 3: addresses are not permitted in SNI
  }
  // What SSL_set_tlsext_host_name() expands to, without its old-style cast.
  std::string sni = name;
  SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, sni.data());
  if (!options.insecure) SSL_set1_host(ssl, name.c_str());
}

void TlsSession::note_alert(const SSL* ssl, int where, int value) {
  if ((where & SSL_CB_ALERT) == 0 || (where & SSL_CB_READ) == 0) return;
  auto* alarms = static_cast<Alarms*>(SSL_get_app_data(ssl));
  const auto description = static_cast<std::uint8_t>(value & 0xff);
  if ((value >> 8) == SSL3_AL_FATAL)
    alarms->fatal = description;
  else if (description == SSL_AD_NO_RENEGOTIATION)
    alarms->refused = true;
}

void TlsSession::note_message(int writing,
                              int version,
                              int type,
                              const void* octets,
                              std::size_t size,
                              SSL* /*ssl*/,
                              void* alarms) {
  auto* here = static_cast<Alarms*>(alarms);
  if (writing != 0 || type != SSL3_RT_HANDSHAKE || size == 0 || version != TLS1_3_VERSION) return;
  if (here->established &&
      *static_cast<const unsigned char*>(octets) == SSL3_MT_CERTIFICATE_REQUEST)
    here->certificate_requested = true;
}

void TlsSession::feed(Octets from_network) {
  if (from_network.empty()) return;
  BIO_write(SSL_get_rbio(ssl_.get()), from_network.data(), static_cast<int>(from_network.size()));
}

void TlsSession::note_failure(int result) {
  const int error = SSL_get_error(ssl_.get(), result);
  if (error != SSL_ERROR_SSL && error != SSL_ERROR_SYSCALL) return;
  if (error_.empty()) {
    const long verified = SSL_get_verify_result(ssl_.get());
    error_ = openssl_error("TLS");
    if (verified != X509_V_OK) {
      error_ += std::string(" (") + X509_verify_cert_error_string(verified) + ")";
    }
  }
  state_ = State::failed;
}

TlsSession::State TlsSession::handshake() {
  if (state_ != State::handshaking) return state_;
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) {
    state_ = State::established;
    alarms_->established = true;
  } else {
    note_failure(result);
  }
  return state_;
}

bool TlsSession::read(std::vector<std::uint8_t>& plain) {
  const std::size_t before = plain.size();
  for (int round = 0; round < 4 && state_ == State::established; ++round) {
    const std::size_t at = plain.size();
    plain.resize(at + kRecordSize);
    ERR_clear_error();
    const int count = SSL_read(ssl_.get(), plain.data() + at, static_cast<int>(kRecordSize));
    plain.resize(at + static_cast<std::size_t>(std::max(count, 0)));
    if (count > 0) continue;
    note_failure(count);
    break;
  }
  return plain.size() > before;
}

bool TlsSession::write(Octets plain) {
  while (!plain.empty() && state_ == State::established) {
    ERR_clear_error();
    const int count = SSL_write(ssl_.get(),
                                plain.data(),
                                static_cast<int>(std::min<std::size_t>(plain.size(), kRecordSize)));
    if (count <= 0) {
      note_failure(count);
      return false;
    }
    plain = plain.subspan(static_cast<std::size_t>(count));
  }
  return plain.empty();
}

void TlsSession::send_close_notify() {
  if (state_ != State::established) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

bool TlsSession::act(TlsAct what) {
  if (state_ != State::established) return false;
  SSL* ssl = ssl_.get();
  ERR_clear_error();
  if (what == TlsAct::update_keys) {
    if (SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED) != 1) return false;
  } else {
    if (SSL_version(ssl) == TLS1_3_VERSION) return false;
    SSL_clear_options(ssl, SSL_OP_NO_RENEGOTIATION);
    if (SSL_renegotiate(ssl) != 1) return false;
  }
  note_failure(SSL_do_handshake(ssl));  // what it waits for, later reads bring
  return state_ == State::established;
}

std::vector<std::uint8_t> TlsSession::take_output() {
  BIO* output = SSL_get_wbio(ssl_.get());
  std::vector<std::uint8_t> octets(BIO_ctrl_pending(output));
  if (!octets.empty()) BIO_read(output, octets.data(), static_cast<int>(octets.size()));
  return octets;
}

bool TlsSession::close_notify_received() const {
  return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

std::string TlsSession::version() const { return SSL_get_version(ssl_.get()); }

std::string TlsSession::cipher() const {
  const char* text = SSL_get_cipher_name(ssl_.get());
  return text != nullptr ? text : "";
}

std::string TlsSession::alpn() const {
  const unsigned char* chosen = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &chosen, &size);
  return {reinterpret_cast<const char*>(chosen), size};
}

}  // namespace h2assay
