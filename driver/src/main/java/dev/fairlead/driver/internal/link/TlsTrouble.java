package dev.fairlead.driver.internal.link;

import dev.fairlead.driver.TlsSettings;
import io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;

/** Says what an encrypted connection failed with, and what to do about it. */
final class TlsTrouble {
    /** Where a server answers a plain request with this byte, it speaks TLS: the type of an alert's record. */
    static final byte ALERT = 0x15;

    /** Causes of causes are followed so far; chains of the JDK have up to five. */
    private static final int MAX_CAUSES = 16;

    private TlsTrouble() {}

    /** The TLS failure behind this one; null when it is none. */
    static Throwable of(Throwable failure) {
        if (failure instanceof SSLException) {
            return failure;
        }
        return failure.getCause() instanceof SSLException wrapped ? wrapped : null; // The pipeline wraps it once.
    }

    /** For a person: the innermost cause in its own words, and a hint. */
    static String explain(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_CAUSES; i++) {
            if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
                return "the server's certificate is not valid now (" + cause.getMessage() + ")";
            }
            if (cause instanceof CertPathBuilderException) {
                return "the server's certificate comes from no authority that is trusted (" + cause.getMessage()
                        + "); name it with " + TlsSettings.class.getSimpleName() + ".trusting";
            }
            if (cause.getCause() == null) {
                break;
            }
            cause = cause.getCause();
        }
        String words = String.valueOf(cause.getMessage());
        if (cause instanceof NotSslRecordException) {
            return "the server does not speak TLS on this port";
        }
        if (words.contains("No subject alternative") || words.contains("No name matching")) {
            return "the server's certificate is for another host (" + words
                    + "); connect by a name that it bears, or give that to " + TlsSettings.class.getSimpleName()
                    + ".serverName";
        }
        if (words.contains("certificate_required") || words.contains("bad_certificate")) {
            return "the server asks for a client certificate that it knows (" + words + "); give one with "
                    + TlsSettings.class.getSimpleName() + ".identity";
        }
        return words;
    }
}
