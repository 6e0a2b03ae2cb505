package dev.fairlead.driver.internal.link;

import dev.fairlead.driver.TlsSettings;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts the links of one kind. Certificates are read when it is made, and again before a link is opened when their files have
 * changed; what cannot be read then is told in the log, and the old ones stay in use. Thread-safe.
 */
public final class Tls {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    private final TlsSettings settings;
    private final AtomicLong nextLookNanos;
    private List<String> seen;
    private volatile SslContext context;

    /**
     * Reads the certificates.
     *
     * @throws IllegalArgumentException naming the file that cannot be used
     */
    public Tls(TlsSettings settings) {
        this.settings = settings;
        this.nextLookNanos =
                new AtomicLong(System.nanoTime() + settings.reloadPeriod().toNanos());
        try {
            this.seen = stamps();
            this.context = read();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Whether the files are to be looked at before the next link is opened; true for one caller in each period. */
    boolean isLookDue() {
        long due = nextLookNanos.get();
        long now = System.nanoTime();
        return now - due >= 0
                && nextLookNanos.compareAndSet(
                        due, now + settings.reloadPeriod().toNanos());
    }

    /** Reads the certificates again if their files have changed. Blocks: not for event loops. */
    synchronized void look() {
        try {
            List<String> now = stamps();
            if (!now.equals(seen)) {
                context = read();
                seen = now;
                LOG.info("{}: the certificates have changed; new connections use them", settings);
            }
        } catch (IOException | GeneralSecurityException e) {
            LOG.warn(
                    "the changed certificates cannot be used; the ones before stay in use for new connections: {}",
                    e.getMessage());
        }
    }

    /** For one connection to this host. */
    SslHandler handler(ByteBufAllocator allocator, String host, int port) {
        String name = settings.serverName() == null ? host : settings.serverName();
        SSLEngine engine = context.newEngine(allocator, name, port);
        if (!NetUtil.isValidIpV4Address(name) && !NetUtil.isValidIpV6Address(name)) {
            // By itself the JDK leaves SNI out for names without a dot.
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            engine.setSSLParameters(parameters);
        }
        SslHandler handler = new SslHandler(engine);
        handler.setHandshakeTimeoutMillis(0); // The link's own handshake has a bound that covers this one.
        return handler;
    }

    /** What is looked at to see whether a file has changed, for each of them; links are followed to what they stand for. */
    private List<String> stamps() throws IOException {
        List<String> stamps = new ArrayList<>();
        for (Path file : Stream.of(settings.trust(), settings.identity())
                .filter(TlsSettings.PemFiles.class::isInstance)
                .map(TlsSettings.PemFiles.class::cast)
                .flatMap(each -> Stream.of(each.certificates(), each.key()))
                .filter(Objects::nonNull)
                .toList()) {
            try {
                BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
                stamps.add(file + " " + is.lastModifiedTime() + " " + is.size() + " " + is.fileKey());
            } catch (IOException e) {
                throw new IOException(file + " cannot be read: " + e, e);
            }
        }
        return stamps;
    }

    private SslContext read() throws IOException, GeneralSecurityException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols(settings.protocols())
                .endpointIdentificationAlgorithm(settings.verifiesHostName() ? "HTTPS" : null);
        if (settings.trust() instanceof TlsSettings.PemFiles files) {
            try {
                builder.trustManager(files.certificates().toFile());
            } catch (IllegalArgumentException e) {
                throw unreadable(files.certificates(), "one or more certificates in PEM", e);
            }
        } else if (settings.trust() instanceof TlsSettings.Store store) {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store.keyStore());
            builder.trustManager(factory);
        }
        if (settings.identity() instanceof TlsSettings.PemFiles files) {
            try {
                builder.keyManager(files.certificates().toFile(), files.key().toFile(), files.keyPassword());
            } catch (IllegalArgumentException e) {
                throw unreadable(
                        files.certificates() + " and " + files.key(),
                        "a chain of certificates in PEM and its private key as PKCS#8 in PEM (openssl pkcs8 -topk8)",
                        e);
            }
        } else if (settings.identity() instanceof TlsSettings.Store store) {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store.keyStore(), store.keyPassword().toCharArray());
            builder.keyManager(factory);
        }
        try {
            SslContext made = builder.build();
            made.newEngine(
                    ByteBufAllocator.DEFAULT); // Refuses what the JVM does not know, now instead of at the first link.
            return made;
        } catch (IllegalArgumentException e) {
            throw new SSLException(settings + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static IOException unreadable(Object file, String expected, IllegalArgumentException why) {
        Throwable cause = why;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return new IOException(file + " cannot be used; expected " + expected + ": " + cause.getMessage(), why);
    }
}
