package dev.fairlead.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The files of src/test/resources/tls, and connections that trust their authority. */
public final class TestCertificates {
    private TestCertificates() {}

    public static Path file(String name) {
        try {
            return Path.of(TestCertificates.class.getResource("/tls/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Lines of redis.conf or sentinel.conf; the port is not among them. */
    static List<String> directives() {
        return new ArrayList<>(List.of(
                "tls-cert-file " + file("ec.pem"),
                "tls-key-file " + file("ec.key"),
                "tls-ca-cert-file " + file("authority.pem"),
                "tls-replication yes"));
    }

    /** A client that shows no certificate, not connected yet. */
    static Socket socket() {
        try (InputStream pem = Files.newInputStream(file("authority.pem"))) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null);
            store.setCertificateEntry("authority", (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory().createSocket();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
