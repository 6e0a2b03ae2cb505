package dev.fairlead.driver;

import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How connections are encrypted, whom they trust, and who the client says that it is. Immutable: each method gives a copy.
 *
 * <p>The host name is verified unless that is switched off: the server's certificate must be for the name, or the literal address,
 * that the client connects to. Files are read when the client is built, and looked at again at most once in
 * {@link #reloadPeriod(Duration)} when a connection is opened: new connections use changed ones, open ones go on as they are.
 */
public final class TlsSettings {
    private static final Duration DEFAULT_RELOAD_PERIOD = Duration.ofSeconds(10);

    /** Where certificates come from: the whole of a trust, or an identity with its private key. */
    public sealed interface Source permits PemFiles, Store {}

    /**
     * @param certificates PEM: authorities, or the chain that begins with the client's own certificate
     * @param key PKCS#8 in PEM; null in a trust
     * @param keyPassword what the key is encrypted with; null for nothing
     */
    public record PemFiles(Path certificates, Path key, String keyPassword) implements Source {
        /** Without the password. */
        @Override
        public String toString() {
            return key == null ? certificates.toString() : certificates + " with key " + key;
        }
    }

    /** @param keyPassword of its private key; null in a trust */
    public record Store(KeyStore keyStore, String keyPassword) implements Source {
        /** Without what is in it. */
        @Override
        public String toString() {
            return "a key store of type " + keyStore.getType();
        }
    }

    private final Source trust;
    private final Source identity;
    private final boolean verifiesHostName;
    private final String serverName;
    private final List<String> protocols;
    private final Duration reloadPeriod;

    private TlsSettings(
            Source trust,
            Source identity,
            boolean verifiesHostName,
            String serverName,
            List<String> protocols,
            Duration reloadPeriod) {
        this.trust = trust;
        this.identity = identity;
        this.verifiesHostName = verifiesHostName;
        this.serverName = serverName;
        this.protocols = protocols;
        this.reloadPeriod = reloadPeriod;
    }

    /** Trusts the authorities that the JVM trusts. */
    public static TlsSettings systemTrust() {
        return new TlsSettings(null, null, true, null, List.of("TLSv1.3", "TLSv1.2"), DEFAULT_RELOAD_PERIOD);
    }

    /** Trusts the authorities in this file (one or more certificates, PEM), and no others. */
    public static TlsSettings trusting(Path authorities) {
        return systemTrust().withTrust(new PemFiles(Objects.requireNonNull(authorities, "authorities"), null, null));
    }

    /** Trusts the certificates in this key store, and no others. It is read once; for a reload give files. */
    public static TlsSettings trusting(KeyStore authorities) {
        return systemTrust().withTrust(new Store(Objects.requireNonNull(authorities, "authorities"), null));
    }

    private TlsSettings withTrust(Source source) {
        return new TlsSettings(source, identity, verifiesHostName, serverName, protocols, reloadPeriod);
    }

    private TlsSettings withIdentity(Source source) {
        return new TlsSettings(trust, source, verifiesHostName, serverName, protocols, reloadPeriod);
    }

    /**
     * The client's certificate, for servers that ask for one. Default: none.
     *
     * @param chain PEM, the client's own certificate first
     * @param key its private key, PKCS#8 in PEM, not encrypted
     */
    public TlsSettings identity(Path chain, Path key) {
        return identity(chain, key, null);
    }

    /** The same with an encrypted key. */
    public TlsSettings identity(Path chain, Path key, String keyPassword) {
        return withIdentity(
                new PemFiles(Objects.requireNonNull(chain, "chain"), Objects.requireNonNull(key, "key"), keyPassword));
    }

    /** The client's certificate and private key in a key store. It is read once; for a reload give files. */
    public TlsSettings identity(KeyStore store, String keyPassword) {
        return withIdentity(
                new Store(Objects.requireNonNull(store, "store"), Objects.requireNonNull(keyPassword, "keyPassword")));
    }

    /**
     * The name that every server's certificate must bear and that is sent as SNI, in place of the host that is connected to: for servers
     * that are found by their addresses (as Sentinels name them) and whose certificates bear a name. Default: the host.
     */
    public TlsSettings serverName(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("the server name is blank; leave it out to verify the host");
        }
        return new TlsSettings(trust, identity, verifiesHostName, name, protocols, reloadPeriod);
    }

    /** Takes any certificate that the trust covers, whomever it was made for. Who holds one of them can then pose as any server. */
    public TlsSettings withoutHostNameVerification() {
        return new TlsSettings(trust, identity, false, serverName, protocols, reloadPeriod);
    }

    /**
     * The versions that may be spoken. Default: {@code TLSv1.3} and {@code TLSv1.2}.
     *
     * @throws IllegalArgumentException when none is given; one that the JVM does not know is refused when the client is built
     */
    public TlsSettings protocols(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("protocols takes one or more of TLSv1.3, TLSv1.2");
        }
        return new TlsSettings(trust, identity, verifiesHostName, serverName, List.of(names), reloadPeriod);
    }

    /**
     * How often files are looked at for changes, at most. Default: 10 s.
     *
     * @throws IllegalArgumentException unless it is between 1 ms and 1 day
     */
    public TlsSettings reloadPeriod(Duration period) {
        if (period.toMillis() < 1 || period.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("reloadPeriod is " + period + "; it must be between 1 ms and 1 day");
        }
        return new TlsSettings(trust, identity, verifiesHostName, serverName, protocols, period);
    }

    /** Null for the JVM's own. */
    public Source trust() {
        return trust;
    }

    /** Null for none. */
    public Source identity() {
        return identity;
    }

    public boolean verifiesHostName() {
        return verifiesHostName;
    }

    /** Null for the host that is connected to. */
    public String serverName() {
        return serverName;
    }

    public List<String> protocols() {
        return protocols;
    }

    public Duration reloadPeriod() {
        return reloadPeriod;
    }

    /** Without anything secret. */
    @Override
    public String toString() {
        return "TlsSettings[trust " + (trust == null ? "of the JVM" : trust) + ", identity "
                + (identity == null ? "none" : identity) + ", " + protocols + ", "
                + (verifiesHostName ? "host name verified" : "host name not verified")
                + (serverName == null ? "" : " as " + serverName) + "]";
    }
}
