package dev.fairlead.it.harness;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/** Makes certificates for tests, as PEM files in a directory that the test owns. */
public final class CertificateAuthority {
    private final Path directory;
    private final String name;
    private final X509Bundle root;
    private final Path certificate;
    private int issued;

    public CertificateAuthority(Path directory, String name) {
        this.directory = directory;
        this.name = name;
        try {
            root = new CertificateBuilder()
                    .ecp256()
                    .subject("CN=" + name)
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
            certificate = Files.writeString(directory.resolve(name + ".pem"), root.getCertificatePEM());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) { // As the builder declares it.
            throw new IllegalStateException(e);
        }
    }

    /** A certificate and its private key, each in a file. */
    public record Issued(Path certificate, Path key) {
        /** Lines of redis.conf for a server that listens on this port, encrypted, beside its plain one. */
        public List<String> directives(int port, CertificateAuthority clientsOf) {
            return List.of(
                    "tls-port " + port,
                    "tls-cert-file " + certificate,
                    "tls-key-file " + key,
                    "tls-ca-cert-file " + clientsOf.certificate(),
                    "tls-auth-clients optional");
        }

        /** Puts this certificate and key into the files of another. */
        public void replace(Issued other) {
            try {
                Files.writeString(other.key, Files.readString(key));
                Files.writeString(other.certificate, Files.readString(certificate));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** What whoever trusts this authority names. */
    public Path certificate() {
        return certificate;
    }

    /** For the loopback address and this machine's name for it. */
    public Issued forLoopback() {
        return issue(each -> each.addSanIpAddress("127.0.0.1").addSanDnsName("localhost"));
    }

    public Issued forHost(String host) {
        return issue(each -> each.addSanDnsName(host));
    }

    /** For the loopback address, until yesterday. */
    public Issued expired() {
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));
        return issue(each -> each.addSanIpAddress("127.0.0.1")
                .notBefore(yesterday.minus(Duration.ofDays(30)))
                .notAfter(yesterday));
    }

    private Issued issue(UnaryOperator<CertificateBuilder> details) {
        try {
            String file = name + "-" + ++issued;
            X509Bundle made = details.apply(new CertificateBuilder().ecp256().subject("CN=" + file))
                    .buildIssuedBy(root);
            return new Issued(
                    Files.writeString(directory.resolve(file + ".pem"), made.getCertificatePEM()),
                    Files.writeString(directory.resolve(file + ".key"), made.getPrivateKeyPEM()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) { // As the builder declares it.
            throw new IllegalStateException(e);
        }
    }
}
