package dev.fairlead.server;

/** Servers as tests want them, in one line. */
final class TestServers {
    private TestServers() {}

    /** A running replica of a server on this host; the settings are directives and their values in turn. */
    static FairleadServer replicaOf(int port, String... settings) {
        return configured(FairleadServer.builder().replicaOf("127.0.0.1", port), settings)
                .start();
    }

    /** @param settings directives and their values in turn */
    static FairleadServer.Builder configured(FairleadServer.Builder builder, String... settings) {
        for (int i = 0; i < settings.length; i += 2) {
            builder.set(settings[i], settings[i + 1]);
        }
        return builder;
    }
}
