package dev.fairlead.server.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.server.ServerConfig;
import dev.fairlead.server.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files and words of the {@code tls-…} directives, as OpenSSL writes and Redis takes them. */
class EncryptionTest {
    private final ServerConfig config = ServerConfig.ofProcess();

    @TempDir
    Path dir;

    private void set(String... namesAndValues) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            config.set(namesAndValues[i], namesAndValues[i + 1]);
        }
    }

    private Encryption encryption() throws Encryption.WrongDirectiveException {
        return new Encryption(
                config::get, TestCertificates.file("authority.pem").getParent());
    }

    private void complete() {
        set("tls-port", "6390", "tls-cert-file", "rsa.pem", "tls-key-file", "rsa.key");
        set("tls-ca-cert-file", "authority.pem", "tls-replication", "yes");
    }

    private void isRefused(String directive, String reason) {
        assertThatThrownBy(this::encryption)
                .isInstanceOfSatisfying(Encryption.WrongDirectiveException.class, e -> assertThat(e.directive())
                        .isEqualTo(directive))
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "rsa.pem, rsa.key, ''",
        "rsa.pem, rsa-pkcs1.key, ''",
        "rsa.pem, rsa-encrypted.key, secret",
        "ec.pem, ec.key, ''",
        "ec.pem, ec-sec1.key, ''"
    })
    void keysAreReadInEveryFormThatOpenSslWrites(String certificate, String key, String password) throws Exception {
        complete();
        set("tls-cert-file", certificate, "tls-key-file", key, "tls-key-file-pass", password);
        assertThat(encryption().hasPort()).isTrue();
        assertThat(encryption().isAmongServers()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "tls-cert-file    | nowhere.pem                | Failed to load certificate: | there is no such file",
                "tls-cert-file    | rsa.key                    | Failed to load certificate: | it holds no certificate in PEM",
                "tls-key-file     | rsa.pem                    | Failed to load private key: | it holds no private key in PEM",
                "tls-key-file     | rsa-encrypted.key          | Failed to load private key: | no password is set for it",
                "tls-key-file     | rsa-pkcs1-encrypted.key    | Failed to load private key: | openssl pkcs8 -topk8",
                "tls-key-file     | ec.key                     | Failed to load private key: | is not the key of the certificate in",
                "tls-key-file     | stranger.key               | Failed to load private key: | is not the key of the certificate in",
                "tls-ca-cert-file | ec.key                     | Failed to load certificate: | it holds no certificate in PEM",
                "tls-ca-cert-dir  | nowhere                    | Failed to configure CA certificate(s) directory: | nowhere",
                "tls-protocols    | TLSv1.1 TLSv1.2            | this server speaks | TLSv1.2",
                "tls-ciphers      | ECDHE-RSA-AES128-GCM       | 'ECDHE-RSA-AES128-GCM' is no cipher of the Java runtime | DEFAULT",
                "tls-ciphersuites | TLS_AES_128_GCM            | 'TLS_AES_128_GCM' is no suite of TLS 1.3 here | TLS_AES_256_GCM_SHA384",
            })
    void whatCannotBeUsedIsNamedWithItsDirective(String directive, String value, String start, String end) {
        complete();
        set(directive, value);
        isRefused(directive, start);
        isRefused(directive, end);
    }

    @Test
    void whatIsMissingIsNamed() {
        set("tls-port", "6390");
        isRefused("tls-cert-file", "No tls-cert-file configured!");
        set("tls-cert-file", "rsa.pem");
        isRefused("tls-key-file", "No tls-key-file configured!");
        set("tls-key-file", "rsa.key");
        isRefused("tls-ca-cert-file", "Either tls-ca-cert-file or tls-ca-cert-dir must be specified");
        set("tls-auth-clients", "no");
        assertThatCode(this::encryption).doesNotThrowAnyException();
        set("tls-key-file", "rsa-encrypted.key", "tls-key-file-pass", "wrong");
        isRefused("tls-key-file", "private key");
    }

    @Test
    void authoritiesMayStandInADirectory() throws Exception {
        complete();
        Files.copy(TestCertificates.file("authority.pem"), dir.resolve("one.pem"));
        Files.copy(TestCertificates.file("stranger.pem"), dir.resolve("another.pem"));
        set("tls-ca-cert-file", "", "tls-ca-cert-dir", dir.toString());
        assertThatCode(this::encryption).doesNotThrowAnyException();
        Files.writeString(dir.resolve("notes.txt"), "no certificate");
        isRefused("tls-ca-cert-dir", "notes.txt: it holds no certificate");
    }

    @Test
    void ciphersAreNamedAsOpenSslNamesThem() throws Exception {
        CipherNames names = new CipherNames(
                SSLContext.getDefault().getDefaultSSLParameters(),
                SSLContext.getDefault().getSupportedSSLParameters());
        assertThat(names.before13("ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305 ECDHE-RSA-AES256-SHA"))
                .containsExactly(
                        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA");
        // Without an exchange of keys of its own: newer Java runtimes do not have these any more.
        assertThat(CipherNames.openSsl("TLS_RSA_WITH_AES_256_CBC_SHA")).isEqualTo("AES256-SHA");
        assertThat(names.before13("DEFAULT:!MEDIUM"))
                .isEqualTo(names.before13(""))
                .contains("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
                .doesNotContain("TLS_AES_128_GCM_SHA256");
        assertThat(names.of13("TLS_CHACHA20_POLY1305_SHA256")).containsExactly("TLS_CHACHA20_POLY1305_SHA256");
        assertThat(names.of13("")).contains("TLS_AES_256_GCM_SHA384");
    }

    @Test
    void aFileThatIsNoPemFileOfAnySizeIsRefused() throws IOException {
        Path large = dir.resolve("large.pem");
        Files.write(large, new byte[5 << 20]);
        complete();
        set("tls-cert-file", large.toString());
        isRefused("tls-cert-file", "it is longer than");
    }
}
