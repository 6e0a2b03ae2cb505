package dev.fairlead.server.internal.command;

/**
 * Glob patterns as KEYS and PSUBSCRIBE take them: {@code *}, {@code ?}, {@code [a-z]}, {@code [^a]}, {@code \} before a literal.
 * Takes time proportional to pattern times text at worst: after a star only the last one is tried again, since an earlier
 * star cannot match more than the later one makes up for.
 */
public final class Glob {
    private Glob() {}

    public static boolean matches(byte[] pattern, byte[] text) {
        return matches(pattern, text, false);
    }

    public static boolean matches(byte[] pattern, byte[] text, boolean ignoreCase) {
        int p = 0;
        int t = 0;
        int star = -1;
        int retry = 0;
        while (t < text.length) {
            if (p < pattern.length && pattern[p] == '*') {
                star = p++;
                retry = t;
                continue;
            }
            int next = p < pattern.length ? matchOne(pattern, p, text[t], ignoreCase) : -1;
            if (next >= 0) {
                p = next;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++retry;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == '*') {
            p++;
        }
        return p == pattern.length;
    }

    /** Matches one character; the place in the pattern behind what matched, or -1. */
    private static int matchOne(byte[] pattern, int p, byte c, boolean ignoreCase) {
        switch (pattern[p]) {
            case '?':
                return p + 1;
            case '[':
                return matchClass(pattern, p + 1, fold(c, ignoreCase), ignoreCase);
            case '\\':
                int literal = p + 1 < pattern.length ? p + 1 : p;
                return fold(pattern[literal], ignoreCase) == fold(c, ignoreCase) ? literal + 1 : -1;
            default:
                return fold(pattern[p], ignoreCase) == fold(c, ignoreCase) ? p + 1 : -1;
        }
    }

    private static int matchClass(byte[] pattern, int from, int c, boolean ignoreCase) {
        int p = from;
        boolean negated = p < pattern.length && pattern[p] == '^';
        if (negated) {
            p++;
        }
        boolean found = false;
        // A class that is never closed ends with the pattern.
        while (p < pattern.length && pattern[p] != ']') {
            if (pattern[p] == '\\' && p + 1 < pattern.length) {
                p++;
                found |= fold(pattern[p], ignoreCase) == c;
            } else if (p + 2 < pattern.length && pattern[p + 1] == '-') {
                int a = fold(pattern[p], ignoreCase);
                int b = fold(pattern[p + 2], ignoreCase);
                found |= Math.min(a, b) <= c && c <= Math.max(a, b);
                p += 2;
            } else {
                found |= fold(pattern[p], ignoreCase) == c;
            }
            p++;
        }
        return found != negated ? Math.min(p + 1, pattern.length) : -1;
    }

    private static int fold(byte b, boolean ignoreCase) {
        int c = b & 0xff;
        return ignoreCase && c >= 'A' && c <= 'Z' ? c + 32 : c;
    }
}
