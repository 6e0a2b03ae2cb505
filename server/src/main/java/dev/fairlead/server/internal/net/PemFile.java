package dev.fairlead.server.internal.net;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Certificates or a private key in PEM, as OpenSSL writes and Redis reads them: PKCS#8, encrypted or not, and the older forms of RSA and
 * EC keys. What stands between the blocks is ignored. Immutable.
 */
final class PemFile {
    /** Half a megabyte of certificates is every authority that there is. */
    private static final long MOST_BYTES = 4 << 20;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");
    /** PBES2, the form in which OpenSSL encrypts keys; what it is made of stands in its parameters. */
    private static final List<String> PBES2 = List.of("PBES2", "1.2.840.113549.1.5.13");

    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");
    private static final byte[] VERSION_0 = {2, 1, 0};
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int EC_CURVE = 0xA0;

    private record Block(String label, String text) {
        byte[] bytes() throws IOException {
            try {
                return Base64.getMimeDecoder().decode(text);
            } catch (IllegalArgumentException e) {
                throw new IOException("the block '" + label + "' is no base64: " + e.getMessage(), e);
            }
        }
    }

    private final List<Block> blocks = new ArrayList<>();

    /** @throws IOException with the reason, without the file's name */
    PemFile(Path file) throws IOException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IOException("it is longer than " + MOST_BYTES + " bytes");
            }
            Matcher matcher = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            while (matcher.find()) {
                blocks.add(new Block(matcher.group(1), matcher.group(2)));
            }
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file", e);
        }
    }

    /** @throws IOException when there is none, or one that cannot be read */
    List<X509Certificate> certificates() throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks) {
            if (block.label.endsWith("CERTIFICATE")) {
                try {
                    certificates.add((X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(block.bytes())));
                } catch (GeneralSecurityException e) {
                    throw new IOException("its certificate cannot be read: " + e.getMessage(), e);
                }
            }
        }
        if (certificates.isEmpty()) {
            throw new IOException("it holds no certificate in PEM");
        }
        return certificates;
    }

    /**
     * @param password what the key is encrypted with; empty for nothing
     * @throws IOException when there is none, or one that cannot be read
     */
    PrivateKey key(String password) throws IOException {
        for (Block block : blocks) {
            if (block.label.endsWith("PRIVATE KEY")) {
                try {
                    return key(block, password);
                } catch (GeneralSecurityException e) {
                    throw new IOException("its private key cannot be read: " + e.getMessage(), e);
                }
            }
        }
        throw new IOException("it holds no private key in PEM");
    }

    private static PrivateKey key(Block block, String password) throws IOException, GeneralSecurityException {
        if (block.text.contains("ENCRYPTED")) {
            throw new IOException("its key is encrypted in a form of old; write it anew with openssl pkcs8 -topk8");
        }
        return switch (block.label) {
            case "PRIVATE KEY" -> decoded(new PKCS8EncodedKeySpec(block.bytes()));
            case "ENCRYPTED PRIVATE KEY" -> decoded(decrypted(block.bytes(), password));
            case "RSA PRIVATE KEY" -> decoded(wrapped(RSA, block.bytes()));
            case "EC PRIVATE KEY" -> {
                byte[] key = block.bytes();
                yield decoded(wrapped(tagged(SEQUENCE, EC, curve(key)), key));
            }
            default ->
                throw new IOException(
                        "its key is a '" + block.label + "'; write it as PKCS#8 with openssl pkcs8 -topk8");
        };
    }

    private static PrivateKey decoded(PKCS8EncodedKeySpec spec) throws GeneralSecurityException {
        InvalidKeySpecException last = null;
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                last = e;
            }
        }
        throw new InvalidKeySpecException("it is no key of " + ALGORITHMS, last);
    }

    private static PKCS8EncodedKeySpec decrypted(byte[] der, String password)
            throws IOException, GeneralSecurityException {
        if (password.isEmpty()) {
            throw new IOException("its key is encrypted, and no password is set for it");
        }
        EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
        String algorithm =
                PBES2.contains(info.getAlgName()) ? info.getAlgParameters().toString() : info.getAlgName();
        Cipher cipher = Cipher.getInstance(algorithm);
        try {
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray())),
                    info.getAlgParameters());
            return info.getKeySpec(cipher);
        } catch (InvalidKeySpecException e) {
            throw new IOException("its key does not open with the password", e);
        }
    }

    /** A key of the older form inside of PKCS#8, which says first what kind of key it is. */
    private static PKCS8EncodedKeySpec wrapped(byte[] algorithm, byte[] key) throws IOException {
        return new PKCS8EncodedKeySpec(tagged(SEQUENCE, VERSION_0, algorithm, tagged(OCTETS, key)));
    }

    private static byte[] tagged(int tag, byte[]... parts) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.write(part);
        }
        int length = content.size();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length > 0x7F) {
            out.write(length > 0xFF ? 0x82 : 0x81);
        }
        if (length > 0xFF) {
            out.write(length >> 8);
        }
        out.write(length);
        content.writeTo(out);
        return out.toByteArray();
    }

    /** The curve of an EC key: SEQUENCE { version, the key, [0] curve, [1] public key }. */
    private static byte[] curve(byte[] key) throws IOException {
        int at = (key[1] & 0x80) == 0 ? 2 : 2 + (key[1] & 0x7F); // behind the head of the sequence
        while (at + 1 < key.length && (key[at] & 0xFF) != EC_CURVE) {
            at += 2 + key[at + 1]; // version and key are short
        }
        if (at + 1 >= key.length) {
            throw new IOException("its key does not name its curve; write it as PKCS#8 with openssl pkcs8 -topk8");
        }
        return Arrays.copyOfRange(key, at + 2, at + 2 + key[at + 1]);
    }
}
