package dev.fairlead.server.internal.net;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLParameters;

/**
 * What {@code tls-ciphers} and {@code tls-ciphersuites} say in OpenSSL's words, as the Java runtime names it. Immutable.
 *
 * <p>A list of names, and of OpenSSL's classes those that make no difference here: all that the runtime offers by itself, without what it
 * never offers.
 */
final class CipherNames {
    private static final Set<String> ALL_OFFERED = Set.of("DEFAULT", "HIGH", "ALL");
    private static final Set<String> NEVER_OFFERED = Set.of(
            "MEDIUM",
            "LOW",
            "EXPORT",
            "EXP",
            "NULL",
            "aNULL",
            "eNULL",
            "ADH",
            "AECDH",
            "MD5",
            "RC4",
            "DES",
            "3DES",
            "PSK",
            "SRP",
            "DSS",
            "IDEA",
            "SEED",
            "CAMELLIA",
            "SSLv2",
            "SSLv3");

    private static final List<String> OF_13 =
            List.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256");

    private final List<String> offered;
    /** OpenSSL's name, and ours, to ours. */
    private final Map<String, String> before13 = new LinkedHashMap<>();

    /** @param offers what the runtime does by itself; {@code supports} what it could do */
    CipherNames(SSLParameters offers, SSLParameters supports) {
        offered = List.of(offers.getCipherSuites());
        for (String suite : supports.getCipherSuites()) {
            if (!OF_13.contains(suite) && suite.contains("_WITH_") && !suite.contains("NULL")) {
                before13.put(openSsl(suite), suite);
                before13.put(suite, suite);
            }
        }
    }

    /** TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 is ECDHE-RSA-AES128-GCM-SHA256 there, TLS_RSA_WITH_AES_256_CBC_SHA is AES256-SHA. */
    static String openSsl(String suite) {
        return suite.substring("TLS_".length())
                .replaceFirst("^RSA_WITH_", "")
                .replace("_WITH_", "_")
                .replace("AES_", "AES")
                .replace("_CBC", "")
                .replace("POLY1305_SHA256", "POLY1305")
                .replace('_', '-');
    }

    /**
     * The suites of TLS 1.3 to offer.
     *
     * @param list {@code tls-ciphersuites}; empty: as the runtime does by itself
     * @throws IllegalArgumentException for a name that is none
     */
    List<String> of13(String list) {
        List<String> wanted = words(list);
        for (String name : wanted) {
            if (!OF_13.contains(name)) {
                throw new IllegalArgumentException("'" + name + "' is no suite of TLS 1.3 here; those are " + OF_13);
            }
        }
        return wanted.isEmpty() ? offered.stream().filter(OF_13::contains).toList() : wanted;
    }

    /**
     * The suites of TLS 1.2 to offer.
     *
     * @param list {@code tls-ciphers}; empty: as the runtime does by itself
     * @throws IllegalArgumentException for a name that the runtime does not know
     */
    List<String> before13(String list) {
        Set<String> suites = new LinkedHashSet<>();
        for (String name : list.isEmpty() ? List.of("DEFAULT") : words(list)) {
            String suite = before13.get(name);
            if (suite != null) {
                suites.add(suite);
            } else if (ALL_OFFERED.contains(name)) {
                offered.stream().filter(each -> !OF_13.contains(each)).forEach(suites::add);
            } else if (!name.matches("[!-].*") || !NEVER_OFFERED.contains(name.substring(1))) {
                throw new IllegalArgumentException("'" + name + "' is no cipher of the Java runtime; give names such as"
                        + " ECDHE-RSA-AES128-GCM-SHA256 with ':' between them, or DEFAULT");
            }
        }
        return List.copyOf(suites);
    }

    private static List<String> words(String list) {
        return list.isEmpty() ? List.of() : List.of(list.strip().split("[:, ]+"));
    }
}
