package dev.fairlead.server.internal.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS for one server or Sentinel, as its {@code tls-…} directives say: for who connects to it, and for its own connections to other servers
 * and Sentinels. The certificates are read when it is made; for changed ones make another. Immutable; its handlers live on the event loop
 * of their connection, and the work of a handshake is done there, as in Redis.
 *
 * <p>As in Redis, who is connected to must have a certificate of the authorities, whatever name it is for: servers and Sentinels find
 * each other by addresses.
 */
final class Encryption {
    /** A connection that has not shaken hands by then is closed. */
    private static final long HANDSHAKE_MILLIS = 10_000;
    /** How long a closed connection may take to send that it is closed; past it, it ends without. */
    private static final long CLOSE_NOTIFY_MILLIS = 500;
    /** Files that are looked at in a directory of authorities. */
    private static final int MOST_AUTHORITIES = 1_000;

    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    private static final Logger LOG = LoggerFactory.getLogger("dev.fairlead.server.tls");

    /** A directive that cannot be followed. */
    static final class WrongDirectiveException extends Exception {
        private static final long serialVersionUID = 1L;
        private final String directive;

        WrongDirectiveException(String directive, String reason) {
            super(reason);
            this.directive = directive;
        }

        String directive() {
            return directive;
        }
    }

    private final UnaryOperator<String> settings;
    private final Path home;
    /** Null without an encrypted port. */
    private final SslContext accepting;
    /** Null where the server's own connections are plain. */
    private final SslContext connecting;

    /**
     * @param settings values of the directives as CONFIG GET prints them
     * @param home where paths begin that are not absolute
     * @throws WrongDirectiveException for a file that is missing or not what it should be, or a protocol or cipher that there is none of
     */
    Encryption(UnaryOperator<String> settings, Path home) throws WrongDirectiveException {
        this.settings = settings;
        this.home = home;
        accepting = wantsPort(settings) ? accepting() : null;
        connecting = isYes("tls-replication") ? connecting() : null;
    }

    /** {@code tls-port}; also where neither port is given, but a certificate: then the port that is free shall be an encrypted one. */
    private static boolean wantsPort(UnaryOperator<String> settings) {
        boolean takesFreePort = settings.apply("port").equals("0")
                && !settings.apply("tls-cert-file").isEmpty();
        return !settings.apply("tls-port").equals("0") || takesFreePort;
    }

    /** Whether there is an encrypted port. */
    boolean hasPort() {
        return accepting != null;
    }

    /** Whether other servers and Sentinels are talked to, and reach this one, encrypted. */
    boolean isAmongServers() {
        return connecting != null;
    }

    /** Encrypts a connection that was accepted on the encrypted port. */
    void accept(ChannelPipeline pipeline) {
        addTo(pipeline, accepting, false);
    }

    /** Encrypts a connection to another server or Sentinel, where that is wanted. It counts as open once both sides have shaken hands. */
    void connect(ChannelPipeline pipeline) {
        if (connecting != null) {
            addTo(pipeline, connecting, true);
        }
    }

    private void addTo(ChannelPipeline pipeline, SslContext context, boolean opensAfterHandshake) {
        SslHandler handler = context.newHandler(pipeline.channel().alloc());
        if (!opensAfterHandshake) {
            SSLParameters parameters = handler.engine().getSSLParameters();
            parameters.setUseCipherSuitesOrder(isYes("tls-prefer-server-ciphers"));
            handler.engine().setSSLParameters(parameters);
        }
        handler.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS);
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS);
        // Replies of a turn come in one buffer anyhow, and the stream's buffers are shared between replicas: nothing
        // may be added to them.
        handler.setWrapDataSize(0);
        pipeline.addLast(handler, new Outcome(opensAfterHandshake));
    }

    // --- reading the directives ---

    private boolean isYes(String name) {
        return settings.apply(name).equals("yes");
    }

    private SslContext accepting() throws WrongDirectiveException {
        ClientAuth auth =
                switch (settings.apply("tls-auth-clients")) {
                    case "no" -> ClientAuth.NONE;
                    case "optional" -> ClientAuth.OPTIONAL;
                    default -> ClientAuth.REQUIRE;
                };
        Identity identity = identity("tls-");
        SslContextBuilder builder =
                SslContextBuilder.forServer(identity.key, identity.chain).clientAuth(auth);
        if (auth != ClientAuth.NONE) {
            builder.trustManager(authorities());
        }
        return build(builder.sessionCacheSize(Long.parseLong(settings.apply("tls-session-cache-size")))
                .sessionTimeout(Long.parseLong(settings.apply("tls-session-cache-timeout"))));
    }

    private SslContext connecting() throws WrongDirectiveException {
        boolean ownIdentity = !settings.apply("tls-client-cert-file").isEmpty();
        Identity identity = identity(ownIdentity ? "tls-client-" : "tls-");
        return build(SslContextBuilder.forClient()
                .keyManager(identity.key, identity.chain)
                .trustManager(authorities())
                .endpointIdentificationAlgorithm(null));
    }

    private record Identity(PrivateKey key, X509Certificate... chain) {}

    private Identity identity(String prefix) throws WrongDirectiveException {
        String certificate = prefix + "cert-file";
        String key = prefix + "key-file";
        for (String name : List.of(certificate, key)) {
            if (settings.apply(name).isEmpty()) {
                throw new WrongDirectiveException(name, "No " + name + " configured!");
            }
        }
        List<X509Certificate> chain = certificates(certificate, path(certificate));
        PrivateKey secret;
        try {
            secret = new PemFile(path(key)).key(settings.apply(key + "-pass"));
        } catch (IOException e) {
            throw new WrongDirectiveException(key, "Failed to load private key: " + path(key) + ": " + reason(e));
        }
        if (!belongTogether(secret, chain.get(0))) {
            throw new WrongDirectiveException(
                    key,
                    "Failed to load private key: " + path(key) + " is not the key of the certificate in "
                            + path(certificate));
        }
        return new Identity(secret, chain.toArray(X509Certificate[]::new));
    }

    /** What the key signs, the certificate confirms. */
    private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
        String algorithm = key.getAlgorithm();
        try {
            Signature signature = Signature.getInstance(
                    switch (algorithm) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> algorithm;
                    });
            byte[] nonce = new byte[32];
            new SecureRandom().nextBytes(nonce);
            signature.initSign(key);
            signature.update(nonce);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(nonce);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // a key of another kind than the certificate's
        }
    }

    private X509Certificate[] authorities() throws WrongDirectiveException {
        String file = settings.apply("tls-ca-cert-file");
        String directory = settings.apply("tls-ca-cert-dir");
        if (file.isEmpty() && directory.isEmpty()) {
            throw new WrongDirectiveException(
                    "tls-ca-cert-file",
                    "Either tls-ca-cert-file or tls-ca-cert-dir must be specified when tls-replication or"
                            + " tls-auth-clients are enabled!");
        }
        List<X509Certificate> all = new ArrayList<>();
        if (!file.isEmpty()) {
            all.addAll(certificates("tls-ca-cert-file", path("tls-ca-cert-file")));
        }
        if (!directory.isEmpty()) {
            try (DirectoryStream<Path> files =
                    Files.newDirectoryStream(path("tls-ca-cert-dir"), Files::isRegularFile)) {
                int count = 0;
                for (Path each : files) {
                    if (++count > MOST_AUTHORITIES) {
                        throw new IOException("there are more than " + MOST_AUTHORITIES + " files in it");
                    }
                    all.addAll(certificates("tls-ca-cert-dir", each));
                }
            } catch (IOException e) {
                throw new WrongDirectiveException(
                        "tls-ca-cert-dir",
                        "Failed to configure CA certificate(s) directory: " + path("tls-ca-cert-dir") + ": "
                                + reason(e));
            }
        }
        return all.toArray(X509Certificate[]::new);
    }

    private List<X509Certificate> certificates(String directive, Path file) throws WrongDirectiveException {
        try {
            return new PemFile(file).certificates();
        } catch (IOException e) {
            throw new WrongDirectiveException(directive, "Failed to load certificate: " + file + ": " + reason(e));
        }
    }

    private Path path(String directive) {
        return home.resolve(settings.apply(directive)).normalize();
    }

    private static String reason(IOException e) {
        return e.getMessage().startsWith("/") ? e.toString() : e.getMessage(); // the JDK's own often say the path alone
    }

    private SslContext build(SslContextBuilder builder) throws WrongDirectiveException {
        String wanted = settings.apply("tls-protocols");
        List<String> protocols =
                wanted.isEmpty() ? PROTOCOLS : List.of(wanted.strip().split("[ ,]+"));
        if (!PROTOCOLS.containsAll(protocols)) {
            throw new WrongDirectiveException(
                    "tls-protocols", "'" + wanted + "': this server speaks " + PROTOCOLS + "; older ones are broken");
        }
        try {
            SSLContext runtime = SSLContext.getDefault();
            CipherNames names = new CipherNames(runtime.getDefaultSSLParameters(), runtime.getSupportedSSLParameters());
            List<String> suites = new ArrayList<>(translated("tls-ciphersuites", names::of13));
            suites.addAll(translated("tls-ciphers", names::before13));
            return builder.sslProvider(SslProvider.JDK)
                    .protocols(protocols)
                    .ciphers(suites)
                    .build();
        } catch (GeneralSecurityException | SSLException e) {
            throw new WrongDirectiveException("tls-cert-file", "Failed to configure TLS: " + e.getMessage());
        }
    }

    private List<String> translated(String directive, Function<String, List<String>> translation)
            throws WrongDirectiveException {
        try {
            return translation.apply(settings.apply(directive));
        } catch (IllegalArgumentException e) {
            throw new WrongDirectiveException(directive, e.getMessage());
        }
    }

    /** Stands behind the encryption: says in the log why a handshake failed, and passes on what went wrong without its wrapping. */
    private static final class Outcome extends ChannelInboundHandlerAdapter {
        private final boolean opensAfterHandshake;

        Outcome(boolean opensAfterHandshake) {
            this.opensAfterHandshake = opensAfterHandshake;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (!opensAfterHandshake) {
                context.fireChannelActive();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                if (!handshake.isSuccess()) {
                    LOG.warn(
                            opensAfterHandshake
                                    ? "Error of TLS in the connection to another server: {} (addr={})"
                                    : "Error accepting a client connection: {} (addr={})",
                            // Its own message repeats what came, which may be a password.
                            handshake.cause() instanceof NotSslRecordException
                                    ? "the other end speaks plain text"
                                    : handshake.cause().getMessage(),
                            context.channel().remoteAddress());
                } else if (opensAfterHandshake) {
                    context.fireChannelActive();
                }
            }
            context.fireUserEventTriggered(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            Throwable plain = cause instanceof DecoderException && cause.getCause() instanceof SSLException
                    ? cause.getCause()
                    : cause;
            context.fireExceptionCaught(
                    plain instanceof NotSslRecordException
                            ? new SSLException("the other end speaks plain text")
                            : plain);
        }
    }
}
